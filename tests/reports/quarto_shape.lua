-- What a document looks like where Quarto 1.9 calls a filter at post-render: numbers written, references resolved,
-- every captioned figure and table in Quarto's own frame. Read in its filters; a stand-in, not a copy, of them.
local docx, html, typst = FORMAT:match "docx", FORMAT:match "html", FORMAT:match "typst"
local NAMES = { fig = "Figure", tbl = "Table", sec = "Section" }
local count, section, label = { fig = 0, tbl = 0 }, { 0, 0 }, {}

local function kind(id) return NAMES[id:match "^(%a+)%-" or ""] and id:match "^(%a+)%-" end

local function note(el)
  local k = kind(el.identifier)
  if not k then return nil end
  count[k] = count[k] + 1
  label[el.identifier] = NAMES[k] .. "\u{a0}" .. count[k]
end

local function raw(text) return pandoc.RawBlock(FORMAT, text) end

local function framed(id, content, caption, attributes)
  local k = kind(id)
  if not k then return nil end
  if typst then -- text, blocks and all, between pieces of raw Typst
    local place = k == "tbl" and "top" or "bottom"
    local out = pandoc.Blocks { pandoc.RawInline("typst", "#figure([") }
    out:extend(content)
    out:extend { pandoc.RawInline("typst", "], caption: figure.caption(position: " .. place .. ", ["), caption }
    local last = ('], ), kind: "quarto-float-%s", supplement: "%s", )<%s>\n\n'):format(k, NAMES[k], id)
    out:insert(pandoc.RawInline("typst", last))
    return out
  end
  local text = pandoc.Inlines { pandoc.Str(label[id] .. ":"), pandoc.Space() }
  text:extend(caption.content)
  local div = pandoc.Div({}, pandoc.Attr(id, {}, attributes))
  if docx then
    text:insert(1, pandoc.RawInline("openxml", '<w:pPr><w:pStyle w:val="ImageCaption"/></w:pPr>'))
    div.content = content
    div.content:insert(k == "tbl" and 1 or #content + 1, pandoc.Para(text))
    return pandoc.utils.from_simple_table(pandoc.SimpleTable({}, { "AlignCenter" }, { 1 }, {}, { { { div } } }))
  end
  local told = { raw(('<figcaption id="%s-caption">'):format(id)), pandoc.Plain(text), raw "</figcaption>" }
  local shown = pandoc.Div(content, pandoc.Attr("", {}, { { "aria-describedby", id .. "-caption" } }))
  div.content:insert(raw "<figure>")
  if k == "tbl" then div.content:extend(told) end
  div.content:insert(shown)
  if k == "fig" then div.content:extend(told) end
  div.content:insert(raw "</figure>")
  return div
end

local function figure(fig)
  local alt
  local content = fig.content:walk {
    Image = function(img)
      alt = img.attributes["fig-alt"]
      if typst then return pandoc.RawInline("typst", ('#box(image("%s", alt: "described"))'):format(img.src)) end
      img.attributes = { alt = alt }
      img.caption = pandoc.Inlines {}
      return img
    end,
  }
  return framed(fig.identifier, content, fig.caption.long[1], { alt = alt })
end

local function tabled(tbl)
  local caption = tbl.caption.long[1]
  tbl.caption.long = {}
  tbl.classes:insert "typst:no-figure"
  return framed(tbl.identifier, pandoc.Blocks { tbl }, caption, {}) -- and the table keeps its id
end

local function numbered(heading)
  if heading.classes:includes "unnumbered" then return nil end
  local depth = heading.level - 1
  section[depth] = section[depth] + 1
  if depth == 1 then section[2] = 0 end
  local number = table.concat(section, ".", 1, depth)
  label[heading.identifier] = "Section\u{a0}" .. number
  if typst then return nil end
  local told = html and pandoc.Span(number, { class = "header-section-number" }) or pandoc.Str(number)
  heading.content:insert(1, pandoc.Space())
  heading.content:insert(1, told)
  return heading
end

local function reference(cite)
  local id = cite.citations[1].id
  if not kind(id) then return nil end
  if typst then return pandoc.RawInline("typst", ("#ref(<%s>, supplement: [%s])"):format(id, NAMES[kind(id)])) end
  return pandoc.Link(label[id], "#" .. id, "", { class = "quarto-xref" })
end

return {
  { traverse = "topdown", Figure = note, Table = note, Header = numbered },
  { Cite = reference },
  { Figure = figure, Table = tabled },
}
