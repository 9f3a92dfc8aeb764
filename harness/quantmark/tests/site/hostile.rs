//! Records of strangers: every text and every number is untrusted.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use quantmark_record::Record;
use quantmark_record::schema::Line;
use quantmark_report::site;
use quantmark_report::site::{Error, Extras};
use serde_json::Value;

use crate::made::{Pages, pages, read, site};
use crate::sample;

const MARKUP: &str = "</style></svg></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'`&<!--]]>";

/// What no page may hold, whatever the record says: elements and addresses that the templates do not make.
fn assert_harmless(pages: &Pages, clean: &Pages) {
    for (path, page) in pages {
        let scripts =
            clean.get(path).map_or(page.matches("<script").count().min(2), |page| page.matches("<script").count());
        // A record that holds nothing to pick from has no form, and no script for it.
        assert!(page.matches("<script").count() <= scripts, "{path}");
        for forbidden in [
            "<img",
            "<iframe",
            "<object",
            "<embed",
            "<base",
            "javascript:",
            " onerror=\"",
            "http://",
            "https://",
            "style=\"",
        ] {
            assert!(!page.contains(forbidden), "{path} holds {forbidden}");
        }
        if path == "style.css" {
            continue;
        }
        assert!(!page.contains("<style"), "{path}");
        assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count(), "{path}");
        assert!(page.contains("default-src 'none'") || page.contains("default-src &#39;none&#39;"), "{path}");
        let hides = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{0}'..='\u{8}' | '\u{7f}');
        assert!(!page.contains(hides), "{path} holds a character that hides");
        assert!(
            path.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c)) && !path.contains(".."),
            "{path}"
        );
    }
}

/// Every text of a line but those that say which line it is, replaced.
fn poison(value: &mut Value, with: &str, mixed: bool) {
    const KINDS: [&str; 3] = ["line", "state", "level"];
    match value {
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut().filter(|(name, _)| !KINDS.contains(&name.as_str())) {
                // Ids must differ, units and operations decide what is shown at all.
                match value {
                    Value::String(text) if name == "id" || mixed => *text = format!("{text}{with}"),
                    Value::String(text) => *text = with.to_owned(),
                    value => poison(value, with, mixed),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| match value {
            Value::String(text) => *text = with.to_owned(),
            value => poison(value, with, mixed),
        }),
        _ => {}
    }
}

fn poisoned(record: &Record, with: &str, mixed: bool) -> Record {
    let mut poisoned = Record::begin(record.header.clone());
    for line in sample::lines(record) {
        let mut value = serde_json::to_value(&line).unwrap();
        poison(&mut value, with, mixed);
        match serde_json::from_value(value).unwrap() {
            Line::Header(header) => poisoned.header = *header,
            Line::Case(case) => poisoned.cases.push(*case),
            // A size's id is its format.
            Line::Size(row) if mixed || poisoned.sizes.is_empty() => poisoned.sizes.push(row),
            Line::Size(_) => {}
            Line::Measurement(measurement) => poisoned.measurements.push(*measurement),
            Line::Model(row) => poisoned.models.push(*row),
            Line::Resumed(resumed) => poisoned.resumed.push(resumed),
            Line::Footer(footer) => poisoned.footer = Some(footer),
        }
    }
    poisoned
}

#[test]
fn texts_of_a_record_stay_texts() {
    let clean = pages(&[sample::small()]);
    let bidi = "\u{202e}gnp.exe\u{2066}\u{0}\u{7}\u{200b}\u{feff}";
    let paths = "../../../etc/passwd\\..\\C:\\con";
    let long = "x".repeat(100_000);
    for text in [MARKUP, bidi, paths, "__proto__", "constructor", "", "\u{1f600}\u{301}", long.as_str()] {
        for mixed in [false, true] {
            let pages = pages(&[poisoned(&sample::small(), text, mixed)]);
            assert_harmless(&pages, &clean);
            let bytes: usize = pages.values().map(String::len).sum();
            assert!(bytes < 3_000_000, "{text:.20}: {bytes} bytes");
        }
    }
}

#[test]
fn devices_cannot_choose_where_pages_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["../escape", "/etc/passwd", "..", "con", "a/../../b", "C:\\x", "\u{0}", "con.html"];
    let records: Vec<Record> = names
        .iter()
        .map(|name| {
            let mut record = sample::small();
            record.header.environment.device = (*name).into();
            record
        })
        .collect();
    let out = site(folder.path(), &records).unwrap();
    let mut outside: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    outside.retain(|name| !name.ends_with(".jsonl"));
    assert_eq!(outside, ["site"]);
    assert_eq!(read(&out).keys().filter(|path| path.starts_with("devices/")).count(), names.len());
}

/// Numbers that no machine gives, but a file can hold.
#[test]
fn absurd_numbers_are_shown_short() {
    let mut record = sample::small();
    record.header.environment.memory = u64::MAX;
    record.header.environment.physical_cores = usize::MAX;
    record.header.environment.temperature = Some(f32::MAX);
    record.header.environment.load = Some(-1e308);
    record.header.environment.caches = vec![u64::MAX; 4];
    let absurd = [f64::MAX, f64::MIN_POSITIVE, 5e-324, 1e308];
    for (index, measurement) in record.measurements.iter_mut().enumerate() {
        let number = absurd[index % absurd.len()];
        (measurement.median, measurement.mad, measurement.low, measurement.high) = (number, number, -number, number);
        measurement.samples = vec![number];
        (measurement.quantized_bytes_per_second, measurement.share_of_roof) = (Some(number), Some(5e-324));
        (measurement.shape.rows, measurement.shape.cols) = (u64::MAX, u64::MAX);
        measurement.threads = usize::MAX;
        if let Some(against) = &mut measurement.against {
            (against.ratio.median, against.ratio.low, against.ratio.high) = (number, -number, number);
        }
    }
    for (row, number) in record.models.iter_mut().zip(absurd) {
        (row.perplexity, row.base_perplexity, row.bits_per_weight) = (number, 5e-324, number);
        (row.kld_mean, row.kld_99, row.same_top, row.perplexity_error) = (number, number, number, number);
        (row.tg128, row.bytes) = (Some(number), u64::MAX);
    }
    record.sizes[0].bits_per_weight = f64::MAX;
    let footer = record.footer.as_mut().unwrap();
    (footer.seconds, footer.clock_mhz) = (f64::MAX, Some(u64::MAX));
    let pages = pages(&[record]);
    for (path, page) in &pages {
        let longest = page.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap();
        assert!(longest <= 40, "{path}: a number of {longest} digits");
    }
    assert_harmless(&pages, &pages.clone());
}

fn written(folder: &Path, lines: &[String]) -> Result<(), String> {
    let path = folder.join("run.jsonl");
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    site::write(&[path], &Extras::default(), &folder.join("site")).map_err(|error| match error {
        Error::Record(error) => error.to_string(),
        Error::Page(path, error) => panic!("{}: {error}", path.display()),
    })
}

/// What cannot be shown is refused by its line, and nothing is written.
#[test]
fn lines_that_are_none_are_refused_by_number() {
    let lines: Vec<String> =
        String::from_utf8(sample::jsonl(&sample::small())).unwrap().lines().map(str::to_owned).collect();
    let at = |kind: &str| lines.iter().position(|line| line.contains(&format!("\"line\":\"{kind}\""))).unwrap();
    let measurement = at("measurement");
    let model = at("model");
    let replace = |line: &str, name: &str, with: &str| {
        let start = line.find(&format!("\"{name}\":")).unwrap() + name.len() + 3;
        let end = start + line[start..].find([',', '}']).unwrap();
        format!("{}{with}{}", &line[..start], &line[end..])
    };
    for (index, line) in [
        (measurement, replace(&lines[measurement], "median", "null")),
        (measurement, replace(&lines[measurement], "median", "1e999")),
        (measurement, replace(&lines[measurement], "median", "-1")),
        (measurement, replace(&lines[measurement], "median", "NaN")),
        (measurement, replace(&lines[measurement], "threads", "-1")),
        (measurement, replace(&lines[measurement], "threads", "99999999999999999999999")),
        (model, replace(&lines[model], "perplexity", "0")),
        (model, replace(&lines[model], "bytes", "1.5")),
        (measurement, "{\"line\":\"measurement\"}".to_owned()),
        (measurement, "[".repeat(100_000)),
        (measurement, "\u{0}".to_owned()),
        (measurement, lines[measurement + 1].clone()),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut bad = lines.clone();
        bad[index] = line;
        let message = written(folder.path(), &bad).unwrap_err();
        // A repeated id is found at its second place.
        let places = [format!("line {}:", index + 1), format!("line {}:", index + 2)];
        assert!(places.iter().any(|place| message.contains(place)), "{message}");
        assert!(!message.contains('\n') && message.len() < 1000);
        assert!(!folder.path().join("site/index.html").exists());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any text anywhere.
    #[test]
    fn any_text_stays_text(text in "(\\PC|[\\x00-\\x1f<>&\"'\u{200e}-\u{202e}]){0,60}", mixed in any::<bool>()) {
        assert_harmless(&pages(&[poisoned(&sample::small(), &text, mixed)]), &pages(&[sample::small()]));
    }

    /// Any number anywhere, as far as a record may hold it: refused by line, or rendered.
    #[test]
    fn any_number_is_rendered_or_refused(bits in any::<u64>(), place in 0usize..40, line in 0usize..40) {
        let number = f64::from_bits(bits);
        let mut lines: Vec<Value> = sample::lines(&sample::small()).iter().map(|line| serde_json::to_value(line).unwrap()).collect();
        let line = line % lines.len();
        let mut numbers = Vec::new();
        collect(&mut lines[line], &mut numbers);
        if let Some(at) = numbers.len().checked_sub(1).map(|last| place % (last + 1)) {
            *numbers[at] = serde_json::to_value(number).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
        if let Err(message) = written(folder.path(), &lines) {
            prop_assert!(message.contains("line "), "{}", message);
        }
    }
}

fn collect<'a>(value: &'a mut Value, numbers: &mut Vec<&'a mut Value>) {
    match value {
        Value::Number(_) => numbers.push(value),
        Value::Array(values) => values.iter_mut().for_each(|value| collect(value, numbers)),
        Value::Object(fields) => fields.values_mut().for_each(|value| collect(value, numbers)),
        _ => {}
    }
}
