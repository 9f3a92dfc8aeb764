//! The pages in a headless Chromium, where `QUANTMARK_REQUIRE` names `browser`; elsewhere the test says that it is skipped. `QUANTMARK_SCREENSHOTS=DIR` keeps a picture of every page at two widths in both themes.

mod cdp;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use quantmark_record::Record;
use serde_json::json;

use crate::made::{files, site, standard};
use crate::sample;
use cdp::Tab;

fn browser() -> Option<PathBuf> {
    let required = std::env::var("QUANTMARK_REQUIRE").is_ok_and(|names| names.split(',').any(|name| name == "browser"));
    if !required {
        eprintln!("skipped: pages are tried in a browser where QUANTMARK_REQUIRE names `browser`");
        return None;
    }
    let found = cdp::program();
    assert!(found.is_some(), "no Chromium; install the package `chromium` or set QUANTMARK_CHROMIUM");
    found
}

fn lab() -> Vec<Record> {
    let mut emulated = standard("board-arm", "2026-11-24T06:00:00Z");
    emulated.header.environment.emulated = true;
    let mut lab = vec![emulated, sample::record()];
    lab.extend(["2026-11-22", "2026-11-23", "2026-11-24"].map(|day| standard("lab-1", &format!("{day}T05:00:00Z"))));
    lab
}

#[test]
fn pages_work_in_a_browser() {
    let Some(program) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let out = site(folder.path(), &lab()).unwrap();
    let mut tab = Tab::open(&program);
    every_page_is_sound(&mut tab, &out);
    rows_are_sorted(&mut tab, &out);
    rows_are_filtered(&mut tab, &out);
    records_are_opened(&mut tab, &out, folder.path());
    runs_are_compared(&mut tab, &out, folder.path());
    the_pick_is_the_programs(&mut tab, &out, folder.path());
    assert_eq!(tab.complaints, Vec::<String>::new());
}

fn every_page_is_sound(tab: &mut Tab, out: &Path) {
    let mut paths: Vec<PathBuf> = ["index", "conformance", "compare", "pick", "open", "method"]
        .map(|name| out.join(format!("{name}.html")))
        .into();
    paths.extend(
        ["devices/lab-1.html", "devices/board-arm--emulated.html", "formats/q4_k.html", "formats/iq3_xxs.html"]
            .map(|page| out.join(page)),
    );
    for path in paths {
        for (width, theme) in [(1440, "light"), (390, "dark"), (390, "light"), (1440, "dark")] {
            tab.look(width, theme);
            tab.go(&path);
            let name = path.file_stem().unwrap().to_str().unwrap();
            let wide = tab.value("document.documentElement.scrollWidth - innerWidth");
            assert!(wide.as_i64() <= Some(0), "{name} is {wide} pixels wider than {width}");
            let dark = tab.value("getComputedStyle(document.body).backgroundColor") == json!("rgb(20, 23, 27)");
            assert_eq!(dark, theme == "dark", "{name}");
            assert_eq!(tab.value("document.querySelectorAll('h1').length"), json!(1), "{name}");
            // A name for every control and every picture.
            let nameless = "[...document.querySelectorAll('input,select')].filter((e) => !e.labels.length).length + [...document.querySelectorAll('[role=img]')].filter((e) => !e.getAttribute('aria-label')).length";
            assert_eq!(tab.value(nameless), json!(0), "{name}");
            if let Some(folder) = std::env::var_os("QUANTMARK_SCREENSHOTS") {
                fs::create_dir_all(&folder).unwrap();
                fs::write(Path::new(&folder).join(format!("{name}-{width}-{theme}.png")), tab.picture()).unwrap();
            }
        }
        assert_eq!(tab.complaints, Vec::<String>::new(), "{}", path.display());
    }
    tab.look(1440, "light");
}

const FIRST_CELLS: &str = "[...document.querySelector('#overview').tBodies[0].rows].filter((r) => !r.hidden).map((r) => r.cells[0].textContent)";

fn rows_are_sorted(tab: &mut Tab, out: &Path) {
    tab.go(&out.join("index.html"));
    let head = "[...document.querySelectorAll('#overview th')].find((h) => h.textContent.startsWith('Bits'))";
    let bits = "[...document.querySelector('#overview').tBodies[0].rows].map((r) => Number(r.cells[1].textContent))";
    tab.value(&format!("{head}.querySelector('button').click()"));
    assert_eq!(tab.value(&format!("{head}.getAttribute('aria-sort')")), json!("ascending"));
    assert_eq!(
        tab.value(&format!("((b) => b.length === 30 && b.every((x, i) => !i || b[i - 1] <= x))({bits})")),
        json!(true)
    );
    tab.value(&format!("{head}.querySelector('button').click()"));
    assert_eq!(tab.value(&format!("{head}.getAttribute('aria-sort')")), json!("descending"));
    assert_eq!(tab.value(&format!("{bits}[0]")), json!(32));
    // By keyboard: the button takes the focus and the Enter key.
    tab.value(&format!("{head}.querySelector('button').focus()"));
    for kind in ["keyDown", "keyUp"] {
        tab.call(
            "Input.dispatchKeyEvent",
            json!({ "type": kind, "key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13 }),
        );
    }
    assert_eq!(tab.value(&format!("{head}.getAttribute('aria-sort')")), json!("ascending"));
    // Speeds sort by what they say, not by their first digits.
    let speed =
        "[...document.querySelectorAll('#overview th')].filter((h) => h.textContent.startsWith('Speed')).at(-1)";
    tab.value(&format!("{speed}.querySelector('button').click()"));
    let rates = format!(
        "((c) => [...document.querySelector('#overview').tBodies[0].rows].map((r) => sortKey(r.cells[c]).number).filter((n) => !Number.isNaN(n)))({speed}.cellIndex)"
    );
    let sorted = tab.value(&rates);
    let sorted: Vec<f64> = sorted.as_array().unwrap().iter().map(|rate| rate.as_f64().unwrap()).collect();
    assert!(sorted.len() > 1 && sorted.is_sorted(), "{sorted:?}");
}

fn rows_are_filtered(tab: &mut Tab, out: &Path) {
    tab.go(&out.join("index.html"));
    let input = |text: &str| {
        format!(
            "(() => {{ const i = document.querySelector('form.filter input'); i.value = '{text}'; i.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        )
    };
    tab.value(&input("Q4_"));
    assert_eq!(tab.value(FIRST_CELLS), json!(["q4_0", "q4_1", "q4_K", "iq4_nl", "iq4_xs"]));
    assert_eq!(tab.value("document.querySelector('form.filter output').textContent"), json!("5 of 30 formats"));
    tab.value(&input("<script>"));
    assert_eq!(tab.value(FIRST_CELLS), json!([]));
    tab.value(&input(""));
    tab.value("(() => { const s = document.querySelector('form.filter select'); s.value = 'full'; s.dispatchEvent(new Event('input', { bubbles: true })); })()");
    assert_eq!(tab.value(FIRST_CELLS), json!(["f32", "f16", "bf16"]));
    tab.value("(() => { const s = document.querySelector('form.filter select'); s.value = ''; document.querySelector('form.filter [type=checkbox]').click(); })()");
    let kept = tab.value(FIRST_CELLS);
    let kept = kept.as_array().unwrap();
    assert!(!kept.is_empty() && !kept.contains(&json!("iq3_xxs")), "{kept:?}");
}

fn records_are_opened(tab: &mut Tab, out: &Path, folder: &Path) {
    let mut hostile = sample::small();
    let markup = "</td><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}";
    hostile.header.environment.device = markup.into();
    hostile.header.environment.cpu = markup.into();
    for case in &mut hostile.cases {
        case.id += markup;
        case.format += markup;
        case.reason = Some(markup.into());
    }
    for measurement in &mut hostile.measurements {
        measurement.backend = "__proto__".into();
        measurement.unit = markup.into();
    }
    let records = folder.join("opened");
    fs::create_dir_all(&records).unwrap();
    let paths = files(&records, &[sample::record(), hostile]);
    tab.go(&out.join("open.html"));
    tab.drop_file(&paths[0]);
    tab.until("!document.getElementById('opened').hidden");
    let shown = tab.value("document.getElementById('opened').textContent");
    let shown = shown.as_str().unwrap();
    for words in ["lab-07 <workbench>", "checks failed", "iq3_xxs", "withheld: checks failed", "Q4_K_M", "SIGSEGV"] {
        assert!(shown.contains(words), "{words}");
    }
    tab.drop_file(&paths[1]);
    tab.until("document.getElementById('opened-title').textContent.includes('alert(1)')");
    assert_eq!(tab.value("document.querySelectorAll('#opened script, #opened img').length"), json!(0));
    assert_eq!(tab.value("document.getElementById('opened').textContent.includes('\\u202e')"), json!(false));

    let whole = String::from_utf8(sample::jsonl(&sample::small())).unwrap();
    let measurement = whole.lines().position(|line| line.contains("\"line\":\"measurement\"")).unwrap();
    for (name, text, problem) in [
        (
            "null",
            whole.replacen("\"median\":", "\"median\":null,\"x\":", 1),
            format!("line {}: median is null", measurement + 1),
        ),
        ("cut", whole[..whole.floor_char_boundary(whole.len() / 2)].to_owned() + "\n", "no JSON".to_owned()),
        ("empty", String::new(), "line 1: no header".to_owned()),
        ("newer", whole.replacen("\"schema\":1", "\"schema\":2", 1), "line 1: the record has schema 2".to_owned()),
        ("twice", whole.clone() + whole.lines().nth(1).unwrap() + "\n", "the footer must be the last line".to_owned()),
    ] {
        let path = records.join(format!("{name}.jsonl"));
        fs::write(&path, text).unwrap();
        tab.drop_file(&path);
        tab.until(&format!("document.getElementById('refused').textContent.includes({})", json!(problem)));
        assert_eq!(tab.value("document.getElementById('opened').hidden"), json!(true), "{name}");
    }
    // By the input as well, as a keyboard or a phone has it.
    let document = tab.call("DOM.getDocument", json!({}));
    let input = tab.call("DOM.querySelector", json!({ "nodeId": document["root"]["nodeId"], "selector": "#file" }));
    tab.call("DOM.setFileInputFiles", json!({ "nodeId": input["nodeId"], "files": [paths[0]] }));
    tab.until("!document.getElementById('opened').hidden && document.getElementById('refused').hidden");
}

fn runs_are_compared(tab: &mut Tab, out: &Path, folder: &Path) {
    tab.go(&out.join("compare.html"));
    let rows = "document.querySelectorAll('#compared tbody tr').length";
    tab.value("(() => { const f = document.getElementById('compare'); f.elements.a.selectedIndex = [...f.elements.a.options].findIndex((o) => o.text.startsWith('lab-1')); f.elements.b.selectedIndex = f.elements.b.options.length - 1; f.dispatchEvent(new Event('change', { bubbles: true })); })()");
    assert!(tab.value(rows).as_u64() >= Some(20));
    // The same numbers on both days.
    assert_eq!(
        tab.value(
            "[...document.querySelectorAll('#compared tbody tr')].every((r) => r.cells[3].textContent === '1.00×')"
        ),
        json!(true)
    );
    let path = &files(&folder.join("opened"), &[sample::record()])[0];
    tab.drop_file(path);
    tab.until("document.querySelector('#compared').textContent.includes('lab-07 <workbench>')");
    assert!(tab.value(rows).as_u64() >= Some(20));
}

/// The form's rule is written twice, so both must pick the same everywhere.
fn the_pick_is_the_programs(tab: &mut Tab, out: &Path, folder: &Path) {
    let record = &files(&folder.join("opened"), &[standard("lab-1", "2026-11-24T05:00:00Z")])[0];
    tab.go(&out.join("pick.html"));
    tab.value("(() => { const s = document.getElementById('pick').elements.device; s.selectedIndex = [...s.options].findIndex((o) => o.text === 'lab-1'); })()");
    let mut picks = 0;
    for (place, asked) in ["mobile", "desktop", "workstation", "research"].into_iter().enumerate() {
        for memory in ["0.5", "2", "8"] {
            let output = Command::new(env!("CARGO_BIN_EXE_quantmark"))
                .args(["recommend", "--json", "--use", asked, "--memory", &format!("{memory}GB"), "--record"])
                .arg(record)
                .output()
                .unwrap();
            let Ok(document) = serde_json::from_slice::<serde_json::Value>(&output.stdout) else {
                panic!("{}", String::from_utf8_lossy(&output.stderr))
            };
            for (model, row) in document["models"].as_array().unwrap().iter().enumerate() {
                let set = format!(
                    "(() => {{ const f = document.getElementById('pick').elements; f.model.value = '{model}'; f.use.value = '{place}'; f.memory.value = '{memory}'; f.use.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
                );
                tab.value(&set);
                let expected = row["pick"]["file_type"].as_str().unwrap_or("Nothing fits");
                assert_eq!(
                    tab.value("document.querySelector('.answer h2').textContent"),
                    json!(expected),
                    "{} {asked} {memory} GB",
                    row["model"]
                );
                picks += usize::from(expected != "Nothing fits");
            }
        }
    }
    assert!(picks > 40, "{picks} picks");
}
