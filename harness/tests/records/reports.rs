//! Reports: what they say is a snapshot, what they must never say is a check.

use quantmark::record::Record;
use quantmark::report::comparison::Comparison;
use quantmark::report::{Entry, cases_csv, index, junit_xml, measurements_csv, models_csv, page, sizes_csv, summary};

use crate::sample;

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn csv_tables() {
    let record = sample::small();
    insta::assert_snapshot!("cases_csv", text(cases_csv(&record)));
    insta::assert_snapshot!("measurements_csv", text(measurements_csv(&record)));
    insta::assert_snapshot!("models_csv", text(models_csv(&record)));
    insta::assert_snapshot!("sizes_csv", text(sizes_csv(&record)));
}

#[test]
fn csv_cells_are_inert_in_spreadsheets() {
    let mut record = sample::small();
    record.cases[0].reason = Some("=HYPERLINK(\"x\")".into());
    record.cases[1].reason = Some("-1.5".into());
    let table = text(cases_csv(&record));
    assert!(table.contains("\"'=HYPERLINK(\"\"x\"\")\"") && table.contains(",-1.5,"), "{table}");
}

#[test]
fn junit() {
    insta::assert_snapshot!("junit", junit_xml(&sample::small()));
    let mut cut = sample::small();
    cut.footer = None;
    assert!(junit_xml(&cut).contains("the run was cut short"));
}

/// The part of the page between a section's start and its end.
fn section(page: &str, id: &str) -> String {
    let start = page.find(&format!("<section id=\"{id}\"")).expect("the section is there");
    let end = start + page[start..].find("</section>").unwrap();
    // One element a line makes differences readable.
    page[start..end].replace("><", ">\n<")
}

#[test]
fn html_sections() {
    let page = page(&sample::small());
    let header = &page[page.find("<header>").unwrap()..page.find("</header>").unwrap()];
    insta::assert_snapshot!("html_header", header.replace("><", ">\n<"));
    insta::assert_snapshot!("html_conformance", section(&page, "conformance"));
    insta::assert_snapshot!("html_not_run", section(&page, "not-run"));
    insta::assert_snapshot!("html_size", section(&page, "size"));
    insta::assert_snapshot!("html_quality", without_plots(&section(&page, "quality")));
    insta::assert_snapshot!("html_speed", without_plots(&section(&page, "speed")));
    insta::assert_snapshot!("html_machine", section(&page, "machine"));
}

fn without_plots(section: &str) -> String {
    let mut rest = section;
    let mut kept = String::new();
    while let Some(start) = rest.find("<svg width") {
        kept.push_str(&rest[..start]);
        rest = &rest[start + rest[start..].find("</svg>").unwrap() + "</svg>".len()..];
    }
    kept + rest
}

#[test]
fn the_page_holds_two_plots_an_operation_and_two_a_model() {
    let page = page(&sample::record());
    assert_eq!(page.matches("<figure>").count(), 6);
    assert_eq!(page.matches("<svg width").count(), 12);
    for format in ["q4_K", "iq2_xxs", "f32"] {
        assert!(page.matches(&format!("\n{format}\n</text>")).count() >= 8, "{format}");
    }
}

/// No element, attribute or address but what the page's own templates hold.
#[test]
fn texts_of_a_record_stay_texts() {
    let hostile = "</style></svg><script>alert(1)</script><img src=x onerror=alert(1)>\"'&<!--\u{202e}";
    let mut record = sample::small();
    record.header.run = hostile.into();
    record.header.started = hostile.into();
    record.header.command = vec![hostile.into()];
    record.header.suites = vec![hostile.into()];
    let environment = &mut record.header.environment;
    for field in [&mut environment.device, &mut environment.cpu, &mut environment.os, &mut environment.flags] {
        *field = hostile.into();
    }
    environment.features = vec![hostile.into()];
    environment.commit = Some(hostile.into());
    for case in &mut record.cases {
        case.id += hostile;
        case.format += hostile;
        case.backend = hostile.into();
        case.reason = Some(hostile.into());
        if let Some(diagnosis) = &mut case.diagnosis {
            diagnosis.block_decoded = hostile.into();
            diagnosis.reproduce = hostile.into();
        }
    }
    for row in &mut record.sizes {
        row.format += hostile;
        row.layers[0].layer = hostile.into();
    }
    let mut twin = record.measurements[0].clone();
    twin.format = "other".into();
    record.measurements.push(twin);
    for measurement in &mut record.measurements {
        measurement.format += hostile;
        measurement.operation = hostile.into();
        measurement.unit = hostile.into();
        if let Some(against) = &mut measurement.against {
            against.implementation = hostile.into();
            against.variant = hostile.into();
        }
    }
    let folder = "run".to_owned();
    for page in [page(&record), index(&[Entry { record: &record, folder }])] {
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<!--"));
        assert_eq!(page.matches("</style>").count(), 1);
        assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
        assert!(page.contains("default-src &#39;none&#39;") || page.contains("default-src 'none'"));
        assert!(
            !page.contains("http://")
                || page.matches("http://").count() == page.matches("http://www.w3.org/2000/svg").count()
        );
        assert!(!page.contains("https://") && !page.contains("style=\""));
    }
    let junit = junit_xml(&record);
    assert!(!junit.contains("<script") && !junit.contains("<img"));
}

#[test]
fn every_element_has_each_attribute_once() {
    let page = page(&sample::record());
    for tag in page.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        assert!(tag.matches(" class=").count() <= 1, "{tag}");
    }
}

#[test]
fn emulated_timings_are_never_a_speed() {
    let mut record = sample::small();
    record.header.environment.emulated = true;
    for measurement in &mut record.measurements {
        measurement.median = 7.77e9;
    }
    for row in &mut record.models {
        (row.pp512, row.tg128) = (Some(7.77e3), Some(7.77e3));
    }
    let page = page(&record);
    assert!(page.contains("Emulated.") && page.contains("withheld: emulated"));
    // What quantizing costs is the same under an emulator.
    assert!(!page.contains("7.77") && page.matches("<figure>").count() == 2);
    assert!(!text(measurements_csv(&record)).contains("777") && !text(models_csv(&record)).contains("777"));
    assert!(!summary(&record).contains("7.77"));
}

#[test]
fn a_run_that_was_cut_short_says_so() {
    let mut record = sample::record();
    record.cases.retain(|case| !case.state.is_failure());
    assert!(page(&record).contains("checks held"));
    record.footer = None;
    let cut = page(&record);
    assert!(cut.contains("Cut short after") && !cut.contains("checks held"));
    let empty = page(&Record::begin(sample::header()));
    assert!(empty.contains("Cut short after 0 checks") && empty.contains("This run holds no timings."));
}

fn later() -> Record {
    let mut later = sample::small();
    later.header.run = "lab-07-2026-11-25T05:00:00Z".into();
    later.header.environment.commit = Some("cf7e292".into());
    later.header.environment.dirty = Some(true);
    for case in &mut later.cases {
        match case.id.as_str() {
            "L3/iq3_xxs/avx2/dot/outlier_columns" => {
                (case.state, case.diagnosis) = (quantmark::record::schema::State::Pass, None)
            }
            "L3/q4_K/avx2/dot/gaussian" => {
                (case.state, case.diagnosis) = (quantmark::record::schema::State::Fail, Some(sample::wrong_dot()));
            }
            _ => {}
        }
    }
    later.cases.retain(|case| case.id != "L1/q4_K/scalar/dequantize/gaussian");
    later
}

#[test]
fn comparison_of_checks() {
    let comparison = Comparison::of(&sample::small(), &later()).unwrap();
    assert!(!comparison.held);
    insta::assert_snapshot!("comparison", comparison.to_string());
}

#[test]
fn comparison_of_speed() {
    let earlier = sample::record();
    let mut later = sample::record();
    for measurement in &mut later.measurements {
        let factor = match measurement.id.as_str() {
            id if id.starts_with("dot/dot/q4_K/") => 0.7,
            id if id.starts_with("dot/dot/q6_K/") => 1.4,
            _ => 1.0,
        };
        measurement.median *= factor;
        measurement.samples.iter_mut().for_each(|sample| *sample *= factor);
    }
    let comparison = Comparison::of(&earlier, &later).unwrap();
    let text = comparison.to_string();
    let changed: String = text
        .lines()
        .filter(|line| ["slower", "faster"].iter().any(|word| line.ends_with(word)))
        .map(|line| format!("{line}\n"))
        .collect();
    insta::assert_snapshot!("comparison_of_speed", changed);
    assert!(!comparison.held);
    assert!(Comparison::of(&earlier, &earlier).unwrap().held);

    later.header.environment.cpu = "another".into();
    let comparison = Comparison::of(&earlier, &later).unwrap();
    assert!(comparison.held && comparison.to_string().contains("not judged: other machine"));
    assert_eq!(Comparison::of(&earlier, &Record::begin(sample::header())), None);
}
