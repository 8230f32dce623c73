// What a person would notice of a mail's layout: texts with their colours, pictures, buttons. Evaluated in the page.
() => {
  const opaque = (colour) => !/^rgba.*, 0\)$|^transparent$/.test(colour);
  const two = (part) => (+part).toString(16).padStart(2, '0');
  const hex = (colour) => '#' + colour.match(/[\d.]+/g).slice(0, 3).map(two).join('');
  const box = (found) => {
    const {width, height, left, right} = found.getBoundingClientRect();
    return {width, height, left, right};
  };
  const ground = (element) => {
    for (let around = element; around; around = around.parentElement) {
      const colour = getComputedStyle(around).backgroundColor;
      if (opaque(colour)) return hex(colour);
    }
    return '#ffffff';
  };
  const preheader = document.querySelector('body > div[style*="display:none"]');
  const shown = (element) => {
    const {width, height} = box(element);
    return width > 0 && height > 0 && !(preheader && preheader.contains(element));
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    const words = node.data.trim();
    if (!/[\p{L}\p{N}★◆]/u.test(words) || !shown(element)) continue;
    const style = getComputedStyle(element);
    const range = document.createRange();
    range.selectNodeContents(node);
    const look = {colour: hex(style.color), ground: ground(element), size: parseFloat(style.fontSize)};
    texts.push({words, ...look, bold: +style.fontWeight >= 700, ...box(range)});
  }
  return {
    texts,
    page: ground(document.body),
    headings: document.querySelectorAll('[role=heading][aria-level="1"]').length,
    scrolled: document.documentElement.scrollWidth - innerWidth,
    images: [...document.images].map((image) => ({alt: image.alt, loaded: image.naturalWidth, ...box(image)})),
    buttons: [...document.querySelectorAll('a')]
      .filter((link) => opaque(getComputedStyle(link).backgroundColor))
      .map((link) => ({words: link.textContent, ...box(link)})),
  };
}
