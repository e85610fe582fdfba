-- What a report needs in both renderers, after cross-references are settled. Quarto merges a filter's tables
-- at an entry point, so this is one table, without an order of its own. What Quarto hands over here: in HTML
-- and Word a Div of the figure's or table's id round it, in Word inside a table of one cell; raw text in Typst.
local docx, html, typst = FORMAT:match "docx", FORMAT:match "html", FORMAT:match "typst"

-- Word shows bitmaps: each .svg has a .png twin. Its description is the alternative text.
local function image(img)
  if not docx then return nil end
  local alt = img.attributes["fig-alt"] or img.attributes.alt
  if alt and alt ~= "" then img.caption = pandoc.Inlines(alt) end
  img.attributes["fig-alt"], img.attributes.alt = nil, nil
  img.src = img.src:gsub("%.svg$", ".png")
  return img
end

local function styled(block, style) return pandoc.Div({ block }, pandoc.Attr("", {}, { { "custom-style", style } })) end

-- On a phone, wide tables and charts scroll inside a region that the keyboard reaches.
local count = { Table = 0, Figure = 0 }
local function region(block, what)
  count[what] = count[what] + 1
  local attributes = { { "role", "region" }, { "tabindex", "0" }, { "aria-label", what .. " " .. count[what] } }
  return pandoc.Div({ block }, pandoc.Attr("", { "scroll" }, attributes))
end

local function rows(tbl)
  if html then
    for _, body in ipairs(tbl.bodies) do body.row_head_columns = 1 end -- the first column names its rows
    return region(tbl, "Table")
  elseif docx then -- inside a table of one cell no header row repeats, and a reader hears two tables
    local row = tbl.bodies[1] and tbl.bodies[1].body[1]
    local held = row and #row.cells == 1 and row.cells[1].contents[1]
    if held and held.t == "Div" and held.identifier:match "^%a+%-" then return held end
  end
end

local function chart(para)
  if #para.content ~= 1 or para.content[1].t ~= "Image" then return nil end
  if html then return region(para, "Figure") end
  if docx and quarto then return styled(para, "Captioned Figure") end
end

-- One element has the id, and only a picture has an alternative text.
local function float(div)
  div.attributes.alt = nil
  return div:walk {
    Table = function(tbl)
      if tbl.identifier ~= div.identifier then return nil end
      tbl.identifier = ""
      return tbl
    end,
    Para = function(para) -- Quarto writes a caption's style as raw OpenXML, the same for figures and tables
      local first = para.content[1]
      if not first or first.t ~= "RawInline" or first.format ~= "openxml" then return nil end
      para.content:remove(1)
      return styled(para, div.identifier:match "^tbl%-" and "Table Caption" or "Image Caption")
    end,
  }
end

-- The summary band is a list of terms everywhere; on paper its items stand two by two.
local function band(div)
  local list = div.content[1]
  if not typst or not list or list.t ~= "DefinitionList" then return nil end
  local raw = function(text) return pandoc.RawBlock("typst", text) end
  local out = pandoc.Blocks { raw "#block(breakable: false, width: 100%)[#grid(columns: (1fr, 1fr), gutter: 10pt," }
  for _, item in ipairs(list.content) do
    out:insert(raw 'grid.cell(fill: rgb("#eef2f6"), stroke: (left: 3pt + rgb("#12436d")), inset: 9pt)[#set par(leading: 0.5em)\n#show strong: set text(size: 17pt, fill: rgb("#12436d"))')
    out:insert(pandoc.Para(item[1]))
    for _, definition in ipairs(item[2]) do out:extend(definition) end
    out:insert(raw "],")
  end
  out:insert(raw ")]")
  return out
end

local function source(div)
  if not typst then return nil end
  local out = pandoc.Blocks { pandoc.RawBlock("typst", '#block(breakable: false, below: 2em)[#set text(size: 0.8em, fill: rgb("#505a5f"))') }
  out:extend(div.content)
  out:insert(pandoc.RawBlock("typst", "]"))
  return out
end

local function block(div)
  if div.classes:includes "band" then return band(div) end
  if div.classes:includes "source" then return source(div) end
  if div.identifier:match "^fig%-" or div.identifier:match "^tbl%-" then return float(div) end
end

-- Quarto leaves its sections at level 2 in Word, where the title is no heading.
local function header(heading)
  if not (docx and quarto) then return nil end
  heading.level = math.max(1, heading.level - 1)
  return heading
end

return { { Div = block, Header = header, Image = image, Para = chart, Plain = chart, Table = rows } }
