package report

// htmlStyle keeps 4.5:1 between each text and its ground (WCAG 2.2, 1.4.3), in light and dark;
// a test computes it from the colours here. On paper it is light.
const htmlStyle = `
:root{--ground:#ffffff;--panel:#f6f7f9;--text:#1b1f24;--quiet:#4d5661;--line:#c9ced6;--link:#0b57b0;
--ok:#17603a;--ok-ground:#e7f5ec;--warning:#704600;--warning-ground:#fff3d6;--critical:#98121b;--critical-ground:#fde9ea}
@media screen and (prefers-color-scheme:dark){:root{--ground:#14171b;--panel:#1d2127;--text:#e8eaed;--quiet:#b3bac4;--line:#3c434d;--link:#8ab8ff;
--ok:#8fdcae;--ok-ground:#12301f;--warning:#ffd27a;--warning-ground:#3a2a06;--critical:#ffb3b5;--critical-ground:#43151a}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1rem;background:var(--ground);color:var(--text);font:1rem/1.5 system-ui,"Hiragino Sans","Noto Sans JP","Noto Sans CJK JP",sans-serif}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.2rem;margin:1.5rem 0 .5rem}h3{font-size:1.05rem;margin:0;overflow-wrap:anywhere}
p{margin:.3rem 0}ol,ul{margin:0;padding:0;list-style:none}a{color:var(--link)}
.note{border:1px dashed var(--line);padding:.4rem .7rem}.quiet{color:var(--quiet)}
.verdict{display:inline-block;font-weight:700;padding:.3rem .7rem;border-radius:.4rem}
.ok{color:var(--ok);background:var(--ok-ground)}.warning{color:var(--warning);background:var(--warning-ground)}
.critical,.expired,.missing{color:var(--critical);background:var(--critical-ground)}
.year{display:grid;grid-template-columns:repeat(auto-fill,minmax(8rem,1fr));gap:.4rem}
.year>li{background:var(--panel);border-top:.25rem solid var(--line);padding:.3rem .5rem;min-height:4rem}
.year>li.due{border-top-color:var(--critical)}
.year b{font-weight:600;font-size:.85rem;color:var(--quiet);display:block}
.year ul a{display:block;margin:.15rem 0;padding:.05rem .35rem;border-radius:.25rem;font-size:.85rem;text-decoration:none;overflow-wrap:anywhere}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(21rem,100%),1fr));gap:.8rem}
.card{background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem;min-width:0}
.card .state{display:inline-block;font-weight:700;font-size:.9rem;padding:.1rem .5rem;border-radius:.3rem;margin:.3rem 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem;margin:.3rem 0}dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
.found{border-top:1px solid var(--line);margin-top:.4rem;padding-top:.4rem}
pre{margin:.2rem 0;white-space:pre-wrap;overflow-wrap:anywhere;font:.85rem/1.45 ui-monospace,monospace}
footer{margin-top:1.5rem;border-top:1px solid var(--line);padding-top:.5rem;color:var(--quiet);font-size:.9rem}
@media (max-width:30rem){.year{grid-template-columns:1fr}.year>li{min-height:0}.year>li:not(:has(ul)){display:none}}
@media print{body{max-width:none;padding:0;font-size:10pt}.year{grid-template-columns:repeat(7,1fr)}.cards{grid-template-columns:1fr 1fr}
.card,.year>li{break-inside:avoid}.ok,.warning,.critical,.expired,.missing{border:1px solid currentColor}}
`
