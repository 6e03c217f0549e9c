"""The report's looks: one sheet for light and dark, wide screens, phones and A4 paper."""

from i2moe_core.explain.palette import DARK_PAGE, LIGHT_PAGE
from i2moe_core.explain.report.figures import STYLE as FIGURE_STYLE

SHEET = (
    f":root{{color-scheme:light dark;--page:{LIGHT_PAGE};--card:#fff;--ink:#1d2129;--quiet:#5b6270;"
    "--line:#e3e5ea;--tint:#f1f2f5;--good:#2f7d39;--partly:#8a6500;--poor:#b3322b}"
    f"@media (prefers-color-scheme:dark){{:root{{--page:{DARK_PAGE};--card:#1c1f26;--ink:#e8eaee;"
    "--quiet:#a3a9b6;--line:#31353f;--tint:#262a33;--good:#7cc884;--partly:#e0b548;--poor:#f0857e}}"
    """
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);line-height:1.5;
 font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;overflow-wrap:break-word}
main,header,footer{max-width:66rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.25rem}
h1{font-size:clamp(1.8rem,5vw,2.6rem);line-height:1.15;margin:.1rem 0 .5rem;letter-spacing:-.015em}
h2{font-size:1.35rem;line-height:1.25;margin:0 0 .35rem;letter-spacing:-.01em}
h3{font-size:1.02rem;margin:0 0 .4rem}
p{margin:.35rem 0;max-width:44rem}
section{margin-top:2.6rem}
.eyebrow{margin:0;font-size:.8rem;letter-spacing:.07em;text-transform:uppercase;color:var(--quiet);
 font-weight:600}
.lead{font-size:1.12rem}
.quiet,.note,figcaption{color:var(--quiet)}
.note,figcaption{font-size:.88rem}
figcaption{margin-top:.6rem;max-width:44rem}
figcaption p{margin:.15rem 0}
figcaption b{color:var(--ink);font-weight:600}
figure{margin:0}
.grid{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(19rem,100%),1fr));
 margin-top:.9rem}
.four{grid-template-columns:repeat(auto-fit,minmax(min(12.5rem,100%),1fr))}.four .figure{max-width:18rem}
.two{grid-template-columns:repeat(auto-fit,minmax(min(27rem,100%),1fr))}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.05rem 1.15rem;
 min-width:0}
.card>:last-child{margin-bottom:0}
.figure{display:block;width:100%;max-width:30rem;height:auto;overflow:visible}
.map{display:grid;grid-template-columns:12rem minmax(0,1fr);gap:.9rem;align-items:start}
.picture{width:100%;max-width:15rem;border-radius:8px;display:block;border:1px solid var(--line)}
.pixelated{image-rendering:pixelated}
blockquote{margin:.3rem 0;padding:.55rem .9rem;border-inline-start:4px solid var(--line);
 background:var(--tint);border-radius:0 8px 8px 0;font-size:1.08rem;white-space:pre-wrap}
.dot{display:inline-block;width:.72em;height:.72em;border-radius:50%;margin-inline-end:.45em}
.chip{display:inline-block;border:1.5px solid currentColor;border-radius:99px;padding:.04rem .6rem;
 font-size:.84rem;font-weight:600;white-space:nowrap}
.good{color:var(--good)}.partly{color:var(--partly)}.poor{color:var(--poor)}.unknown{color:var(--quiet)}
.scroll{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;width:100%;font-size:.94rem}
th,td{text-align:start;padding:.42rem 1.2rem .42rem 0;border-bottom:1px solid var(--line);
 vertical-align:top}
thead th{color:var(--quiet);font-weight:600;font-size:.84rem;vertical-align:bottom}
thead .n{white-space:normal}.name{white-space:nowrap}
tbody th{font-weight:600}th:last-child,td:last-child{padding-inline-end:0}
tfoot th,tfoot td{border-bottom:0;border-top:2px solid var(--ink);font-weight:700}
.n{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
td small,th small{display:block;color:var(--quiet);font-weight:400}
.tops{list-style:none;margin:.3rem 0;padding:0}.tops li{margin:.1rem 0}
h3+.figure{margin-top:.5rem}
.hero{grid-column:1/-1}.hero .map{grid-template-columns:minmax(12rem,17rem) minmax(0,1fr)}
 .hero .strip{font-size:1.15rem}
.numbered{max-width:13rem;margin:.4rem 0}.stack{height:.75rem;max-width:none}
.figures{font-variant-numeric:tabular-nums;font-weight:600}
.strip{font-size:1.04rem;line-height:2;margin:0 0 .5rem;max-width:none;white-space:pre-wrap}
.word{border-radius:4px}.strong{display:inline-block;max-width:100%;line-height:1.4;padding:0 .22em}
.word small{font-size:.7em;margin-inline-start:.3em;font-variant-numeric:tabular-nums;opacity:.85}
.unread{opacity:.45}
.ramp{display:inline-block;width:7rem;height:.7rem;border-radius:4px;border:1px solid var(--line);
 vertical-align:-.05rem}
.legend{font-size:.88rem;color:var(--quiet)}
.keys{display:flex;flex-wrap:wrap;gap:.15rem 1rem;font-size:.86rem;margin:.4rem 0}
.keys span{white-space:nowrap}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.25rem 1.1rem;margin:.6rem 0;
 font-size:.94rem}
dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
pre{background:var(--tint);border-radius:8px;padding:.75rem .9rem;white-space:pre-wrap;
 overflow-wrap:anywhere;
 font-size:.86rem;margin:.5rem 0}
footer{padding-top:2.2rem;padding-bottom:3rem;font-size:.86rem;color:var(--quiet)}
@media (max-width:34rem){main,header,footer{padding-inline:.95rem}.map,.hero .map{grid-template-columns:1fr}
 .map .figure{max-width:15rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.45rem}
 table{font-size:.84rem}thead th{font-size:.74rem}td small,th small{font-size:.74rem}
 th,td{padding-inline-end:.45rem}.name{white-space:normal}}
@media print{@page{size:A4;margin:14mm}body{background:#fff;font-size:10pt;print-color-adjust:exact;
 -webkit-print-color-adjust:exact}:root{--page:#fff;--card:#fff;--ink:#16181d;--quiet:#4d535f;
 --line:#d5d8de;
 --tint:#f3f4f6;--good:#2f7d39;--partly:#8a6500;--poor:#b3322b;color-scheme:light}
 main,header,footer{max-width:none;
 padding-inline:0}header{padding-top:0}section{margin-top:1.5rem}h2,h3,thead{break-after:avoid}
 .card,tr,blockquote{break-inside:avoid}.grid{grid-template-columns:repeat(2,minmax(0,1fr));gap:.6rem}
 .cards{grid-template-columns:minmax(0,1fr)}.map,.hero .map{grid-template-columns:9rem minmax(0,1fr)}
 .scroll{overflow:visible}th,td{padding-inline-end:.6rem}}
"""
    f"{FIGURE_STYLE}"
)
