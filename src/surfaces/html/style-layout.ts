/**
 * How the page is laid out, from 320 px on. What is far from the screen is not laid out at all until it comes near (`content-visibility`), so that ten thousand steps scroll as
 * ten do.
 */
export const layout = `
*{box-sizing:border-box}
[hidden]{display:none!important}
html{scroll-padding:1rem 0 9rem}
body{margin:0;padding-bottom:9rem;background:var(--ground);color:var(--text);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
header,main{max-width:60rem;margin:0 auto;padding:1rem}
header{position:relative}
h1{font-size:1.4rem;line-height:1.3;margin:0 5.5rem .75rem 0}
h2{font-size:1.15rem;margin:2rem 0 .5rem;padding-top:1rem;border-top:2px solid var(--line)}
main>section:first-child h2{margin-top:0;border-top:0}
h3{font-size:.9rem;margin:1.25rem 0 .25rem;color:var(--quiet)}
h4,h5,h6{font-size:1rem;margin:1rem 0 .25rem}
time{font-weight:400;font-size:.8rem;color:var(--quiet)}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:.5rem;padding:.5rem;background:var(--ground);z-index:3}
#theme{position:absolute;top:1rem;right:1rem}
button,select{font:inherit;color:inherit;background:var(--raised);border:1px solid var(--line);border-radius:.4rem;padding:.25rem .7rem;min-height:2rem;cursor:pointer}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:0;font-size:.9rem}
.facts dt{color:var(--quiet)}
.facts dd{margin:0}
nav{margin-top:.75rem;font-size:.9rem}
nav ol{max-height:40vh;overflow:auto;padding-left:3.5rem}
.moment{content-visibility:auto;contain-intrinsic-size:auto 12rem;padding:.1rem 0 .5rem .9rem;border-left:3px solid transparent}
.moment[aria-current]{border-left-color:var(--accent)}
.prompt{background:var(--raised);border:1px solid var(--line);border-left:4px solid var(--accent);border-radius:.4rem;padding:.6rem .9rem;font-weight:600}
.prompt p{margin:0}
.prompt details{font-weight:400}
.as-typed{white-space:pre-wrap}
.answer>:first-child{margin-top:.4rem}
.answer img{max-width:100%}
.answer blockquote{margin:.75rem 0;padding-left:1rem;border-left:3px solid var(--line);color:var(--quiet)}
.to{color:var(--quiet);font-size:.85em}
.thought{color:var(--quiet);font-size:.9rem}
summary{cursor:pointer}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.85rem}
:not(pre)>code{background:var(--raised);border-radius:.2rem;padding:.05rem .25rem}
pre{margin:.4rem 0;padding:.6rem .8rem;background:var(--raised);border-radius:.4rem;overflow:auto;max-height:70vh;tab-size:4}
.table{overflow-x:auto}
table{border-collapse:collapse}
th,td{border:1px solid var(--line);padding:.25rem .6rem;text-align:left;vertical-align:top}
.card{border:1px solid var(--line);border-radius:.4rem;margin:.5rem 0;padding:.35rem .7rem}
.card summary .title{background:none;padding:0}
.card .mark{font-weight:700}
.good .mark{color:var(--good)}
.bad .mark{color:var(--bad)}
.unknown .mark{color:var(--warning)}
.diff .mark{color:var(--accent)}
.end{color:var(--quiet);font-size:.85rem;white-space:pre-wrap}
.bad .end{color:var(--bad)}
.receipt{display:block;margin:.1rem 0;color:var(--quiet);font-size:.8rem}
.asked{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.1rem 1rem;margin:.5rem 0;font-size:.9rem}
.asked dt{color:var(--quiet)}
.asked dd{margin:0}
.asked pre{margin:0}
.note{border-left:3px solid var(--line);padding:.1rem .75rem;color:var(--quiet);margin:.6rem 0}
.note.warning{border-color:var(--warning);color:var(--warning)}
.note.error,.missing{border-color:var(--bad);color:var(--bad)}
.gap,.none,.end-of-log{color:var(--quiet);font-style:italic}
.add{background:var(--add-ground);color:var(--good)}
.del{background:var(--del-ground);color:var(--bad)}
.at{color:var(--accent)}
.file{color:var(--quiet);font-weight:700}
.add,.del{display:inline-block;min-width:100%}
.b{font-weight:700}.f{opacity:.8}.i{font-style:italic}.u{text-decoration:underline}
#player{position:fixed;inset:auto 0 0;z-index:2;display:flex;flex-wrap:wrap;align-items:center;gap:.3rem .6rem;padding:.5rem 1rem;background:var(--ground);border-top:1px solid var(--line)}
.track{flex:1 1 14rem;min-width:0;position:relative}
.track input{display:block;width:100%;height:2rem;margin:0;accent-color:var(--accent)}
.turns{position:absolute;left:8px;right:8px;bottom:0;width:calc(100% - 16px);height:.35rem;pointer-events:none}
.turns path{stroke:var(--quiet);stroke-width:2;vector-effect:non-scaling-stroke}
#where{font-size:.85rem;font-variant-numeric:tabular-nums;flex:0 1 auto}
.speed{font-size:.85rem}
#keys{flex:1 0 100%;margin:0;font-size:.75rem;color:var(--quiet)}
@media (max-width:30rem){.facts,.asked{grid-template-columns:minmax(0,1fr);gap:0}.facts dd,.asked dd{margin-bottom:.3rem}header,main{padding:.75rem}.moment{padding-left:.5rem}#player{padding:.35rem .6rem}#keys{display:none}.track{order:1;flex-basis:100%}#where{order:2}.speed{margin-left:auto}}
@media print{#player,#theme,.skip{display:none!important}body{padding:0}pre{max-height:none;white-space:pre-wrap}.moment{content-visibility:visible}}
`;
