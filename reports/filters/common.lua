-- What a report needs in both renderers, after cross-references are settled. Quarto merges a filter's tables
-- at an entry point, so this is one table, without an order of its own. What Quarto hands over here: in HTML
-- and Word a Div of the figure's or table's id round it, in Word inside a table of one cell; raw text in Typst.
local docx, html, typst = FORMAT:match "docx", FORMAT:match "html", FORMAT:match "typst"

-- A small picture in a cell of a table: a little higher than a letter on paper, of a size of its own elsewhere.
local SPARK = "nnnnnnnnnnn" -- as wide as one
local function spark(img)
  local alt = img.attributes["fig-alt"] or img.attributes.alt or pandoc.utils.stringify(img.caption)
  if typst then
    local quoted = alt:gsub('[\\"]', "\\%0")
    return pandoc.RawInline("typst", ('#box(baseline: 15%%, image("%s", height: 1.2em, alt: "%s"))'):format(img.src, quoted))
  end
  local size = docx and { width = "0.95in", height = "0.19in" } or { width = "90", height = "18" }
  if docx then img.src = img.src:gsub("%.svg$", ".png") end
  img.caption, img.attributes = pandoc.Inlines(alt), size
  return img
end

-- Word shows bitmaps: each .svg has a .png twin. Its description is the alternative text.
local function image(img)
  if img.classes:includes "spark" then return spark(img) end
  if not docx then return nil end
  local alt = img.attributes["fig-alt"] or img.attributes.alt
  if alt and alt ~= "" then img.caption = pandoc.Inlines(alt) end
  img.attributes["fig-alt"], img.attributes.alt = nil, nil
  img.src = img.src:gsub("%.svg$", ".png")
  return img
end

local function styled(block, style) return pandoc.Div({ block }, pandoc.Attr("", {}, { { "custom-style", style } })) end

-- Heads of columns and rows say which they are.
local function scoped(row, number, scope)
  for i = 1, number do row.cells[i].attr.attributes.scope = scope end
end

-- On a phone, wide tables and charts scroll inside a region that the keyboard reaches.
local count = { Table = 0, Figure = 0 }
local function region(block, what)
  count[what] = count[what] + 1
  local attributes = { { "role", "region" }, { "tabindex", "0" }, { "aria-label", what .. " " .. count[what] } }
  return pandoc.Div({ block }, pandoc.Attr("", { "scroll" }, attributes))
end

-- Widths of columns on paper, in hundredths of a letter of a table's text. A column has room for its longest word; what
-- is left goes where text is, so that rows are as low as they can be: by the cube of what stands in each cell, of which
-- the fourth root of the sum is the best share.
local PAGE, GAP, TALL, NUMBER = 10000, 190, 24, 30
local NARROW, WIDE = "[ijltfrI.,:;'|!()%[%] -]", "[mwMW%%@]"
local function breadth(text)
  local letters = utf8.len(text) or #text
  local _, narrow = text:gsub(NARROW, "")
  local _, wide = text:gsub(WIDE, "")
  local _, capitals = text:gsub("%u", "")
  return 104 * letters - 46 * narrow + 40 * wide + 10 * capitals
end

local function measured(tbl)
  local columns = {}
  local function note(row, bold)
    for i, cell in ipairs(row.cells) do
      local column = columns[i] or { word = 0, number = 0, whole = 0, sum = 0, cells = {} }
      local text = pandoc.utils.stringify(cell.contents)
      cell.contents:walk { RawInline = function(el) if el.text:match "^#box" then text = text .. SPARK end end }
      local all = breadth(text) * bold + GAP
      local apart = text:gsub("([._])(%a)", "%1 %2") -- names of parameters break there
      for word in apart:gmatch "%S+" do column.word = math.max(column.word, breadth(word) * bold + GAP) end
      local number = bold == 1 and #text <= NUMBER and tbl.colspecs[i][1] == pandoc.AlignRight
      column.number = math.max(column.number, column.word, number and all or 0)
      column.whole, column.sum = math.max(column.whole, all), column.sum + all ^ 3
      column.cells[#column.cells + 1] = all - GAP
      columns[i] = column
    end
  end
  for _, row in ipairs(tbl.head.rows) do note(row, 1.1) end
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do note(row, 1) end
  end
  return columns
end

local function shared(columns)
  local widths, least, most, numbers, sum = {}, 0, 0, 0, 0
  for _, column in ipairs(columns) do numbers = numbers + column.number end
  for _, column in ipairs(columns) do
    if numbers < 0.8 * PAGE then column.word = column.number end -- numbers stay on one line with their intervals
    least, most = least + column.word, most + column.whole
  end
  if most <= PAGE or least >= PAGE then -- all fits, or not even the words do
    for i, column in ipairs(columns) do widths[i] = most <= PAGE and column.whole or column.word end
  else
    local free, open = PAGE, {}
    for i, column in ipairs(columns) do open[i] = column.sum ^ 0.25 end
    repeat -- a column that would be below its longest word or above its longest cell gets that, the others the rest
      local total, settled = 0, false
      for _, share in pairs(open) do total = total + share end
      local excess = 0
      for i, share in pairs(open) do
        local width, column = free * share / total, columns[i]
        widths[i] = math.min(math.max(width, column.word), column.whole)
        excess = excess + widths[i] - width
      end
      local lost = 0
      for i in pairs(open) do
        local bound = excess > 0 and columns[i].word or columns[i].whole
        if widths[i] == bound and excess ~= 0 then lost, open[i], settled = lost + widths[i], nil, true end
      end
      free = free - lost
    until not settled
  end
  for _, width in ipairs(widths) do sum = sum + width end
  for i in ipairs(widths) do widths[i] = widths[i] / sum end
  return widths
end

local function spaced(tbl)
  local columns = measured(tbl)
  local widths = shared(columns)
  tbl.colspecs = tbl.colspecs:map(function(spec, i) return { spec[1], widths[i] } end)
  local tall = 0
  for i, column in ipairs(columns) do
    for _, cell in ipairs(column.cells) do tall = math.max(tall, cell / (widths[i] * PAGE - GAP)) end
  end
  if not typst or tall < TALL then return tbl end
  return { pandoc.RawBlock("typst", "#[#set table.cell(breakable: true)"), tbl, pandoc.RawBlock("typst", "]") }
end

-- A class says in one letter what a style says anew in every cell, an eighth of a page.
local function aligned(tbl)
  local parts = { tbl.head.rows }
  for _, body in ipairs(tbl.bodies) do parts[#parts + 1] = body.body end
  for i, column in ipairs(tbl.colspecs) do
    if column[1] == "AlignRight" then
      for _, part in ipairs(parts) do
        for _, row in ipairs(part) do row.cells[i].classes:insert "r" end
      end
    end
    column[1] = "AlignDefault"
  end
end

local function rows(tbl)
  if typst then return spaced(tbl) end
  if html then
    aligned(tbl)
    for _, row in ipairs(tbl.head.rows) do scoped(row, #row.cells, "col") end
    for _, body in ipairs(tbl.bodies) do
      body.row_head_columns = 1 -- the first column names its rows
      for _, row in ipairs(body.body) do scoped(row, 1, "row") end
    end
    return region(tbl, "Table")
  elseif docx then -- inside a table of one cell no header row repeats, and a reader hears two tables
    local row = tbl.bodies[1] and tbl.bodies[1].body[1]
    local held = row and #row.cells == 1 and row.cells[1].contents[1]
    if held and held.t == "Div" and held.identifier:match "^%a+%-" then return held end
  end
end

local function chart(para)
  if #para.content ~= 1 or para.content[1].t ~= "Image" or para.content[1].classes:includes "spark" then return nil end
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

local function raw(text) return pandoc.RawBlock("typst", text) end

-- The summary band is a list of terms everywhere; on paper its items stand two by two.
local function band(div)
  local list = div.content[1]
  if not typst or not list or list.t ~= "DefinitionList" then return nil end
  local out = pandoc.Blocks { raw "#needs-band(" }
  for _, item in ipairs(list.content) do
    out:insert(raw "[")
    out:insert(pandoc.Para(item[1]))
    for _, definition in ipairs(item[2]) do out:extend(definition) end
    out:insert(raw "],")
  end
  out:insert(raw ")")
  return out
end

local function source(div)
  if not typst then return nil end
  local out = pandoc.Blocks { raw "#needs-source[" }
  out:extend(div.content)
  out:insert(raw "]")
  return out
end

local function block(div)
  if div.classes:includes "band" then return band(div) end
  if div.classes:includes "source" then return source(div) end
  if typst and div.identifier == "refs" then return { raw "#needs-references[", div, raw "]" } end
  if div.identifier:match "^fig%-" or div.identifier:match "^tbl%-" then return float(div) end
end

-- Quarto leaves its sections at level 2 in Word, where the title is no heading.
local function header(heading)
  if not (docx and quarto) then return nil end
  heading.level = math.max(1, heading.level - 1)
  return heading
end

-- A summary is of two sheets, parted by a rule; each is fitted to its page.
local function sheets(doc)
  if not typst or not doc.meta.summary then return nil end
  local out = pandoc.Blocks { raw "#needs-sheets[" }
  for _, inner in ipairs(doc.blocks) do out:insert(inner.t == "HorizontalRule" and raw "][" or inner) end
  out:insert(raw "]")
  doc.blocks = out
  return doc
end

return { { Pandoc = sheets, Div = block, Header = header, Image = image, Para = chart, Plain = chart, Table = rows } }
