// What a reader would stumble over, as lists of sentences; an empty list is a sound page.
(() => {
  const words = node => node.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
  const place = element => `${element.tagName.toLowerCase()}.${element.className.baseVal ?? element.className}`;
  const seen = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const hidden = element => element.closest(".skip, thead") && getComputedStyle(element.closest(".skip, thead")).position === "absolute";
  const each = () => [...document.body.querySelectorAll("*")].filter(one => seen(one) && !hidden(one));
  const texts = () => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walk.nextNode()) {
      const node = walk.currentNode;
      if (node.textContent.trim() && seen(node.parentElement) && !hidden(node.parentElement) && !["STYLE", "TITLE"].includes(node.parentElement.tagName)) found.push(node);
    }
    return found;
  };

  const overflow = () => {
    const wide = document.documentElement.scrollWidth;
    return wide > innerWidth ? [`the page is ${wide} pixels wide where ${innerWidth} are shown`] : [];
  };

  // Beyond its box; a box that scrolls counts too, unless it tells so.
  const clipped = () => each().filter(one => !one.closest("svg") && one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1)
    .filter(one => {
      const scrolls = ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
      return !scrolls || ["none", "normal"].includes(getComputedStyle(one, "::before").content);
    })
    .filter(one => getComputedStyle(one).display !== "inline")
    .filter(one => ![...one.querySelectorAll("svg")].some(svg => svg.getBoundingClientRect().right > one.getBoundingClientRect().right))
    .map(one => `${place(one)} holds ${one.scrollWidth} pixels in ${one.clientWidth}: ${words(one)}`);

  // A drawing beyond the card that it stands in.
  const beyond = () => each().filter(one => one.tagName === "text").filter(one => {
    const card = one.closest("section, article, figure, li") ?? document.body;
    const [own, room] = [one.getBoundingClientRect(), (card.closest("section") ?? card).getBoundingClientRect()];
    return own.left < room.left - 1 || own.right > room.right + 1;
  }).map(one => `leaves its card: ${words(one)}`);

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3]));
  const ground = element => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const light = rgb => {
    const [r, g, b] = rgb.map(c => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = () => texts().flatMap(node => {
    const own = node.parentElement, style = getComputedStyle(own), below = ground(own.closest("svg")?.parentElement ?? own);
    const ink = over(rgba(own.closest("svg") ? style.fill : style.color), below);
    const [high, low] = [light(ink), light(below)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    return ratio < 4.5 ? [`contrast ${ratio.toFixed(2)} in ${place(own)}: ${words(node)}`] : [];
  });

  // Digits of one number, its sign and its per cent, on two lines; addresses may break where they can.
  const NUMBER = /[+−±<>≤≥×]?\u00a0?\d(?:[\d.,]*\d)?(?:[\u00a0\u202f]?[%×])?/g;
  const broken = () => texts().filter(node => !node.parentElement.closest("a, code, .source, svg")).flatMap(node =>
    [...node.textContent.matchAll(NUMBER)].filter(found => {
      const range = document.createRange();
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      const lines = [...range.getClientRects()].filter(box => box.width > 0).map(box => Math.round(box.top));
      return new Set(lines).size > 1;
    }).map(found => `on two lines: ${found[0]} in ${words(node)}`));

  const LINKS = /^(#[\w-]+|https:\/\/doi\.org\/10\.\d{4,9}\/\S+|https:\/\/pubmed\.ncbi\.nlm\.nih\.gov\/\d+\/|[\w%.-]+\.html?)$/;
  const links = () => [...document.querySelectorAll("a")].map(one => one.getAttribute("href")).filter(address =>
    !LINKS.test(address) || (address.startsWith("#") && !document.getElementById(address.slice(1)))).map(address => `leads nowhere: ${address}`);

  // Sizes of the letters of charts as the reader sees them.
  const letters = () => {
    const sizes = each().filter(one => one.tagName === "text").map(one => parseFloat(getComputedStyle(one).fontSize) * Math.hypot(one.getScreenCTM().a, one.getScreenCTM().b));
    const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
    return sizes.length && (most > 1.06 * least || least < 9) ? [`letters of ${least.toFixed(1)} to ${most.toFixed(1)} pixels in charts`] : [];
  };

  // Drawings that leave room in their card.
  const filling = () => [...document.querySelectorAll("section:has(.plot)")].flatMap(card => {
    const style = getComputedStyle(card), room = card.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const drawn = [...card.querySelectorAll(".plot svg")].map(one => one.getBoundingClientRect()).filter(box => box.width);
    const share = (Math.max(...drawn.map(box => box.right)) - Math.min(...drawn.map(box => box.left))) / room;
    return share > 0.97 ? [] : [`drawings take ${(100 * share).toFixed(0)} % of ${place(card)}`];
  });

  return { filling, overflow, clipped, beyond, contrast, broken, links, letters };
})()
