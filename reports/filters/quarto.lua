-- What Quarto does and plain Pandoc does not: numbered captions, cross-references, alternative text, callouts.
-- Runs before citeproc, because @fig-x reads as a citation until it is resolved.
local html, docx, typst = FORMAT:match "html", FORMAT:match "docx", FORMAT:match "typst"
local NAMES = { fig = "Figure", tbl = "Table", sec = "Section" }
local TITLES = { note = "Note", tip = "Tip", warning = "Warning", important = "Important", caution = "Caution" }
local NBSP = "\u{a0}"
local label = {} -- id -> "Figure 1"

local function kind(id) return NAMES[id:match "^(%a+)%-" or ""] and id:match "^(%a+)%-" end

local function number(doc)
  local count, section, top = { fig = 0, tbl = 0 }, {}, nil
  local function float(el)
    local k = kind(el.identifier)
    if k then
      count[k] = count[k] + 1
      label[el.identifier] = NAMES[k] .. NBSP .. count[k]
    end
  end
  doc:walk {
    traverse = "topdown",
    Figure = float,
    Table = float,
    Header = function(h)
      if h.classes:includes "unnumbered" then return end
      top = top or h.level
      local depth = h.level - top + 1
      section[depth] = (section[depth] or 0) + 1
      for i = #section, depth + 1, -1 do section[i] = nil end
      label[h.identifier] = NAMES.sec .. NBSP .. table.concat(section, ".")
    end,
  }
end

local function captioned(el)
  local long = el.caption.long
  if label[el.identifier] and long[1] then
    local text = pandoc.Inlines { pandoc.Str(label[el.identifier] .. ":"), pandoc.Space() }
    text:extend(long[1].content)
    el.caption.long = { pandoc.Plain(text) }
  end
  return el
end

local function reference(cite)
  local id = cite.citations[1].id
  if kind(id) and label[id] then return pandoc.Link(label[id], "#" .. id) end
end

-- Every writer takes the description from another place; Typst's takes it from none.
local function image(img)
  local alt = img.attributes["fig-alt"]
  if not alt or img.classes:includes "spark" then return nil end
  if typst then
    local quoted = alt:gsub('[\\"]', "\\%0")
    return pandoc.RawInline("typst", ('#image("%s", alt: "%s")'):format(img.src, quoted))
  end
  img.attributes["fig-alt"] = nil
  img.caption = pandoc.Inlines(alt)
  return img
end

local function callout(div)
  local type = nil
  for _, class in ipairs(div.classes) do type = type or class:match "^callout%-(%a+)$" end
  if not type then return nil end
  local title = pandoc.Inlines(div.attributes.title or TITLES[type])
  if div.content[1] and div.content[1].t == "Header" then title = div.content:remove(1).content end
  if typst then
    local out = pandoc.Blocks { pandoc.RawBlock("typst", '#needs-callout("' .. type .. '")['), pandoc.Para(pandoc.Strong(title)) }
    out:extend(div.content)
    out:insert(pandoc.RawBlock("typst", "]"))
    return out
  end
  local heading = pandoc.Div(pandoc.Para(pandoc.Strong(title)), { class = "callout-title" })
  if docx then heading.attributes["custom-style"] = "Callout Title" end
  div.content:insert(1, heading)
  div.attributes = docx and { { "custom-style", "Callout" } } or {}
  if html then
    div.classes:insert(1, "callout")
    div.attributes = { { "role", "note" }, { "aria-label", pandoc.utils.stringify(title) } }
  end
  return div
end

return {
  { Pandoc = function(doc) number(doc) end },
  { Figure = captioned, Table = captioned, Cite = reference, Image = image, Div = callout },
}
