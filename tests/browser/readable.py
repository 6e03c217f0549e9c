"""What makes a page readable and usable, asked of the page itself: its width, its contrast, its keyboard."""

OVERFLOW = "document.querySelector('[data-testid=stMain]').scrollWidth"
# Every piece of text against the ground behind it; returns those below 4.5:1. Figures are drawn in SVG; what
# is switched off is meant to be faint.
LOW_CONTRAST = """() => {
  const numbers = colour => (colour.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number)
  const curve = x => x <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4
  const light = c => .2126 * curve(c[0] / 255) + .7152 * curve(c[1] / 255) + .0722 * curve(c[2] / 255)
  const over = (top, below, share) => [0, 1, 2].map(i => top[i] * share + below[i] * (1 - share))
  const share = c => c.length > 3 ? c[3] : 1
  const low = []
  const page = document.querySelector("[data-testid=stMain]")
  const texts = document.createTreeWalker(page, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const words = texts.currentNode.textContent.trim(), element = texts.currentNode.parentElement
    const box = element.getBoundingClientRect()
    if (!words || element.closest(".katex-mathml, svg, style") || box.width < 2 || box.height < 2) continue
    if (element.closest("[data-testid=stElementContainer]")?.querySelector(":disabled")) continue
    let fade = 1, ground = [255, 255, 255]
    const above = []
    for (let e = element; e; e = e.parentElement) {
      const b = e.getBoundingClientRect()
      fade *= Number(getComputedStyle(e).opacity)
      const behind = e.contains(page) || b.bottom > box.top && b.top < box.bottom
      if (behind) above.unshift(numbers(getComputedStyle(e).backgroundColor))
    }
    if (fade < .05) continue
    for (const c of above) ground = over(c, ground, share(c))
    const own = numbers(getComputedStyle(element).color)
    const ink = over(own, ground, share(own) * fade)
    const [bright, dark] = [light(ink), light(ground)].sort((p, q) => q - p)
    const ratio = (bright + .05) / (dark + .05)
    if (ratio < 4.5) low.push([words.slice(0, 40), ratio.toFixed(2)])
  }
  return low
}"""

# The controls that a visitor sees, each with a name. A widget with several parts is one control: Tab leads to
# it, arrows lead through it.
CONTROLS = """() => {
  const kinds = "a[href], button, input, textarea, select, [role=slider], [role=combobox], summary"
  const whole = "stButtonGroup stRadio stSelectbox stMultiSelect stSlider stNumberInput stFileUploader"
  const widgets = whole.split(" ").map(name => `[data-testid=${name}]`).join()
  const page = document.querySelector("[data-testid=stMain]")
  const seen = e => {
    const b = e.getBoundingClientRect()
    return (b.width > 1 || ["radio", "checkbox"].includes(e.type)) && !e.disabled
      && getComputedStyle(e).visibility !== "hidden"
      && !e.closest("[inert], [hidden], [aria-hidden=true], .modebar, [data-testid=stElementToolbar]")
  }
  window.nameOfControl = e => {
    const widget = e.closest(widgets) || e
    const words = (widget.getAttribute("aria-label") || widget.innerText || e.type || "").trim()
    return `${widget.dataset.testid || e.tagName} ${words.split("\\n")[0].slice(0, 60)} ${e.href || ""}`
  }
  return [...page.querySelectorAll(kinds)].filter(seen).map(window.nameOfControl)
}"""
FOCUSED = """() => {
  const e = document.activeElement
  return e === document.body ? null : window.nameOfControl(e)
}"""


def out_of_reach(tab):
    """Return the controls of the page's main part that the Tab key does not lead to."""
    missing = set(tab.evaluate(CONTROLS))
    for _ in range(3 * len(missing) + 60):
        if not missing:
            break
        tab.keyboard.press("Tab")
        missing.discard(tab.evaluate(FOCUSED))
    return sorted(missing)
