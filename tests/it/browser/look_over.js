// What is wrong with the page as it stands: one line a finding.
const found = [];
const say = (what, element) => found.push(element ? `${what}: ${element.outerHTML.slice(0, 120)}` : what);
const all = (css) => [...document.querySelectorAll(css)];
const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".unseen, .skip, [hidden]");
const root = document.documentElement;

if (!root.lang) say("no language");
if (!document.title.trim()) say("no title");
if (all("h1").length !== 1) say(`${all("h1").length} headings of the first level`);
if (!document.querySelector("main[data-step]").dataset.step) say("no step");
if (root.scrollWidth > innerWidth) say(`scrolls sideways: ${root.scrollWidth} > ${innerWidth}`);

const ids = all("[id]").map((e) => e.id);
ids.filter((id, at) => ids.indexOf(id) !== at).forEach((id) => say(`id twice: ${id}`));
for (const name of ["aria-describedby", "aria-labelledby", "for"]) {
  for (const e of all(`[${name}]`)) {
    const missing = e.getAttribute(name).split(/\s+/).filter((id) => !document.getElementById(id));
    if (missing.length) say(`${name} leads nowhere (${missing})`, e);
  }
}
// What is hidden is sent with the form and met by nobody.
for (const e of all("input:not([type=hidden], [hidden]), select, textarea")) {
  if (![...e.labels].some((l) => l.textContent.trim()) && !e.ariaLabel) say("no label", e);
}
for (const e of all("a, button")) {
  if (!e.textContent.trim() && !e.ariaLabel) say("no name", e);
}
for (const e of all("svg")) {
  if (!e.closest("[aria-hidden=true], .sprite, [role=img]") || (e.role === "img" && !e.ariaLabel)) say("a picture without a name", e);
}
for (const e of all("button, a.button, input:not([type=hidden]), select, summary").filter(seen)) {
  const box = (e.closest("label") || e).getBoundingClientRect();
  if (box.height < 44 || box.width < 44) say(`too small to press (${box.width}×${box.height})`, e);
}

const channel = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].reduce((sum, v, i) => sum + channel(v / 255) * [0.2126, 0.7152, 0.0722][i], 0);
const ground = (e) => {
  for (let at = e; at; at = at.parentElement) {
    const colour = numbers(getComputedStyle(at).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let text = texts.nextNode(); text; text = texts.nextNode()) {
  const e = text.parentElement;
  if (!text.data.trim() || e.closest("svg, script, option, :disabled") || !seen(e)) continue;
  const style = getComputedStyle(e);
  const size = parseFloat(style.fontSize);
  const [low, high] = [light(numbers(style.color)), light(ground(e))].sort((a, b) => a - b);
  const ratio = (high + 0.05) / (low + 0.05);
  const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 600);
  if (ratio < (large ? 3 : 4.5)) say(`contrast ${ratio.toFixed(2)}`, e);
  if (size < 14) say(`type of ${size} px`, e);
  // Messages keep the provider's punctuation.
  if (root.lang === "zh-CN" && !e.closest(".inbox") && /\p{Script=Han}[,:;?()]|[,:;?()]\p{Script=Han}/u.test(text.data)) {
    say("half-width punctuation", e);
  }
}
return found;
