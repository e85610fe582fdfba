// The report answers its reader: tables sort and filter, charts tell their values. It is complete without this.
(() => {
  "use strict";
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const on = (element, type, listener) => element.addEventListener(type, listener);

  const voice = make("output", { className: "voice" }); // polite, for everything
  const say = (text) => { voice.textContent = text; };

  // Tables
  const MISSING = /^$|^[–*]$|^no published figure$/i;
  const TOTAL = /^(all|total|sum|england)\b|\btogether$/i; // last rows of these names stay last
  const NUMBER = /^(?:(about|under|fewer than|over|more than|at least) )?([+−-]?)£?(\d[\d,]*(?:\.\d+)?)(?: (thousand|million|billion)\b)?/i;
  const SCALE = { thousand: 1e3, million: 1e6, billion: 1e9 };
  const collator = new Intl.Collator("en-GB", { numeric: true });
  const written = (cell) => cell.textContent.replace(/\s+/g, " ").trim();

  const number = (text) => {
    const found = NUMBER.exec(text);
    if (!found) return null;
    const [, bound = "", sign, digits, scale = ""] = found;
    const edge = /^[uf]/i.test(bound) ? 1 - 1e-9 : /^[om]/i.test(bound) ? 1 + 1e-9 : 1;
    return (/[−-]/.test(sign) ? -1 : 1) * digits.replace(/,/g, "") * edge * (SCALE[scale.toLowerCase()] || 1);
  };

  const sorted = (rows, column, way) => {
    let end = rows.length;
    while (end > 1 && TOTAL.test(written(rows[end - 1].cells[0]))) end -= 1;
    const told = rows.slice(0, end).map((row) => {
      const text = written(row.cells[column]);
      return { row, text: MISSING.test(text) ? null : text, number: number(text) };
    });
    const count = (part) => told.filter((one) => one[part] !== null).length;
    const key = count("number") * 2 >= count("text") ? "number" : "text";
    told.sort((a, b) => {
      if (a[key] === null || b[key] === null) return (a[key] === null) - (b[key] === null);
      return way * (key === "number" ? a.number - b.number : collator.compare(a.text, b.text));
    });
    return [...told.map((one) => one.row), ...rows.slice(end)];
  };

  const sortable = (table, rows, name) => {
    const headers = [...table.tHead.rows[0].cells];
    headers.forEach((header, column) => {
      const label = written(header);
      if (!label) return;
      header.append(make("button", { type: "button", className: "sort" }, ...header.childNodes));
      on(header.firstChild, "click", () => {
        const next = { ascending: "descending", descending: "" }[header.getAttribute("aria-sort")] ?? "ascending";
        headers.forEach((other) => other.removeAttribute("aria-sort"));
        if (next) header.setAttribute("aria-sort", next);
        table.tBodies[0].append(...(next ? sorted(rows, column, next === "ascending" ? 1 : -1) : rows));
        say(next ? `${name} sorted by ${label}, ${next}` : `${name} in the order of the report`);
      });
    });
  };

  const filtered = (table, rows, name) => {
    const id = name.replace(/\W+/g, "-");
    const box = make("input", { id, type: "search", autocomplete: "off", spellcheck: false });
    const count = make("span", {}, `${rows.length} rows`);
    const field = make("div", { className: "filter" }, make("label", { htmlFor: id }, `Filter ${name}`), box, count);
    if (table.caption) { // whose words still name the table
      table.caption.append(make("span", { id: `${id}-title` }, ...table.caption.childNodes), field);
      table.setAttribute("aria-labelledby", `${id}-title`);
    } else table.parentElement.before(field);
    const texts = rows.map((row) => written(row).toLowerCase());
    on(box, "input", () => {
      const wanted = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      rows.forEach((row, n) => { row.hidden = !wanted.every((word) => texts[n].includes(word)); });
      const shown = rows.filter((row) => !row.hidden).length;
      count.textContent = `${wanted.length ? `${shown} of ` : ""}${rows.length} rows`;
      say(count.textContent);
    });
  };

  document.querySelectorAll("main .scroll > table").forEach((table) => {
    const rows = table.tBodies.length === 1 && table.tHead ? [...table.tBodies[0].rows] : [];
    const name = table.parentElement.getAttribute("aria-label");
    if (rows.length > 1) sortable(table, rows, name);
    if (rows.length > 8) filtered(table, rows, name);
  });

  // Charts
  const HINT = "Up and down arrow keys read the values, Escape stops";
  const hint = make("p", { id: "chart-hint", hidden: true }, HINT);
  const GAP = 16;
  let close = () => {}; // the value that is open

  // Where rows of marks are even, as in bars, height tells what is meant; where columns are, the place along.
  const weights = (points) => {
    const [x, y] = [0, 1].map((axis) => {
      const places = [...new Set(points.map((point) => point[axis]))].sort((a, b) => a - b);
      const gaps = places.slice(1).map((place, n) => place - places[n]);
      return Math.max(...gaps.map((gap) => gaps.filter((g) => Math.abs(g - gap) < 0.15 + gap / 20).length)) / gaps.length;
    });
    return [y > x && y > 0.4 ? 0.15 : 1, x > y && x > 0.4 ? 0.15 : 1];
  };

  const chart = (id, points) => {
    const image = document.getElementById(id)?.querySelector("img");
    const region = image?.closest(".scroll");
    if (!region) return;
    const [ring, tip] = ["ring", "tip"].map((className) => make("span", { className }));
    const layer = make("div", { className: "values", hidden: true }, ring, tip); // as large as the picture
    layer.setAttribute("aria-hidden", "true");
    region.append(layer);
    region.setAttribute("aria-describedby", hint.id);
    const weight = weights(points);
    let at = -1;
    let off = false;

    const hide = () => { layer.hidden = true; };
    const open = (text) => {
      if (close !== hide) close();
      close = hide;
      layer.hidden = false;
      tip.textContent = text;
      for (const side of ["Left", "Top", "Width", "Height"]) layer.style[side.toLowerCase()] = `${image[`offset${side}`]}px`;
    };
    const inView = () => {
      const from = Math.max(0, region.scrollLeft - image.offsetLeft);
      return [from, Math.min(image.offsetWidth, from + region.clientWidth)];
    };
    const put = (left, top) => {
      const [from, to] = inView();
      const x = Math.max(from, Math.min(left, to - tip.offsetWidth));
      const y = Math.max(0, Math.min(top, image.offsetHeight - tip.offsetHeight));
      tip.style.transform = `translate(${x}px, ${y}px)`;
    };
    const show = (n, scroll) => {
      at = n;
      const [left, top, text] = points[n];
      open(text);
      ring.hidden = false;
      ring.style.left = `${left}%`;
      ring.style.top = `${top}%`;
      if (scroll) ring.scrollIntoView({ block: "nearest", inline: "nearest" });
      const [x, y] = [(image.offsetWidth * left) / 100, (image.offsetHeight * top) / 100];
      const [w, h, [from, to]] = [tip.offsetWidth + GAP, tip.offsetHeight + GAP, inView()];
      if (weight[0] < 1 && x + w <= to) put(x + GAP, y - h / 2); // beside bars, so that the next is in reach
      else if (weight[0] < 1 && x - w >= from) put(x - w, y - h / 2);
      else put(x - w / 2, y < h ? y + GAP : y - h);
    };
    const tell = () => points[at] && say(`${points[at][2]}, ${at + 1} of ${points.length}`);
    const nearest = (event) => {
      if (event.target === tip) return; // a pointer may rest on the words
      const box = image.getBoundingClientRect();
      const far = points.map(([left, top]) => Math.hypot(
        weight[0] * (event.clientX - box.left - (box.width * left) / 100),
        weight[1] * (event.clientY - box.top - (box.height * top) / 100),
      ));
      show(far.indexOf(Math.min(...far)));
    };

    on(region, "pointermove", (event) => { if (event.pointerType !== "touch") nearest(event); });
    on(region, "pointerleave", (event) => { if (event.pointerType !== "touch") hide(); });
    on(region, "click", (event) => { nearest(event); tell(); }); // a tap, too
    on(region, "focus", () => {
      if (!region.matches(":focus-visible")) return;
      open(HINT);
      ring.hidden = true;
      put(0, image.offsetHeight);
    });
    on(region, "blur", () => { hide(); at = -1; off = false; });
    on(region, "keydown", (event) => {
      if (event.key === "Escape") off = true;
      if (off || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      const aside = region.scrollWidth > region.clientWidth ? 0 : 1; // left and right scroll a wide chart
      const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: aside, ArrowLeft: -aside }[event.key];
      const next = { Home: 0, End: points.length - 1 }[event.key] ?? (step ? at + step : -1);
      if (!points[next]) return; // past the ends the page scrolls
      event.preventDefault();
      show(next, true);
      tell();
    });
  };

  const data = JSON.parse(document.getElementById("needs-data").textContent);
  document.querySelector("main").append(voice, hint);
  Object.entries(data.points).forEach(([id, points]) => chart(id, points));
  on(document, "keydown", (event) => { if (event.key === "Escape") close(); });
  on(document, "pointerdown", (event) => { if (!event.target.closest(".scroll")) close(); });
  on(window, "resize", () => close());

  // Contents: the section whose start has passed the upper third of the window
  const links = [...document.querySelectorAll("#TOC > ul > li > a")].filter((link) => link.hash);
  const starts = links.map((link) => document.getElementById(link.hash.slice(1)));
  const watch = new IntersectionObserver(() => {
    const passed = starts.filter((start) => start.getBoundingClientRect().top <= window.innerHeight * 0.3).length;
    links.forEach((link, n) => { link.ariaCurrent = n === passed - 1 ? "location" : null; });
  }, { rootMargin: "9999999px 0px -70% 0px" });
  starts.forEach((start) => watch.observe(start));
})();
