"""Which CSS that a layout may hang on is dropped by which mail programs.

Source: https://www.caniemail.com, the newest tests of each program in its public data, as the npm package `caniemail`
1.0.5 carries it (MIT; data of 2025-09-09). Only what moves or hides something: a shadow that is missing harms nobody.
"""

_G, _W, _O, _Y = "Gmail", "Outlook for Windows", "Outlook.com", "Yahoo"

DROPPED_BY: dict[str, tuple[str, ...]] = {
    "align-items": (_G, _W, _Y),
    "animation": (_G, _W, _O, _Y),
    "aspect-ratio": (_G, _W, _O, _Y),
    "clear": (_W,),
    "clip-path": (_G, _W, _O, _Y),
    "column-count": (_W, _Y),
    "display:flex": (_W,),
    "display:grid": (_G, _W, _Y),
    "filter": (_G, _W, _O, _Y),
    "flex-direction": (_G, _W, _Y),
    "flex-wrap": (_G, _W, _Y),
    "float": (_W,),
    "gap": (_W, _Y),
    "inset": (_G, _W, _O, _Y),
    "justify-content": (_G, _W, _Y),
    "left": (_G, _W, _Y),
    "right": (_G, _W, _Y),
    "top": (_G, _W, _Y),
    "bottom": (_G, _W, _Y),
    "mask-image": (_G, _W, _O, _Y),
    "min-width": (_W,),
    "mix-blend-mode": (_W, _Y),
    "object-fit": (_W, _Y),
    "opacity": (_W,),
    "position": (_G, _W),
    "transform": (_G, _W, _O, _Y),
    "visibility": (_G, _W),
    "writing-mode": (_W, _Y),
    "z-index": (_G, _W),
}
