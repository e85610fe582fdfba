-- What a report needs in both renderers, after cross-references and citations are settled.
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

-- On a phone, wide tables and charts scroll inside a region that the keyboard reaches.
local count = { Table = 0, Figure = 0 }
local function region(block, what)
  count[what] = count[what] + 1
  local attributes = { { "role", "region" }, { "tabindex", "0" }, { "aria-label", what .. " " .. count[what] } }
  return pandoc.Div(block, pandoc.Attr("", { "scroll" }, attributes)), false
end

local function rows(tbl)
  if not html then return nil end
  for _, body in ipairs(tbl.bodies) do body.row_head_columns = 1 end -- the first column names its rows
  return region(tbl, "Table")
end

local function chart(plain)
  if html and #plain.content == 1 and plain.content[1].t == "Image" then return region(plain, "Figure") end
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
end

return { { Div = block }, { traverse = "topdown", Table = rows, Plain = chart, Para = chart, Image = image } }
