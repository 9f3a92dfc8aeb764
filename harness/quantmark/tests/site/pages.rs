//! What the pages say, and how large they are.

use std::collections::BTreeSet;

use quantmark_record::Record;

use crate::made::{Pages, pages, standard};
use crate::sample;

fn named<'a>(pages: &'a Pages, start: &str) -> Vec<&'a str> {
    pages.iter().filter(|(path, _)| path.starts_with(start)).map(|(_, page)| page.as_str()).collect()
}

/// The part of a page between an element's start and the next end of its kind, one element a line, without plots.
fn section(page: &str, start: &str, end: &str) -> String {
    let from = page.find(start).unwrap_or_else(|| panic!("{start} is there"));
    let to = from + page[from..].find(end).unwrap();
    let mut rest = &page[from..to];
    let mut kept = String::new();
    while let Some(start) = rest.find("<svg width") {
        kept.push_str(&rest[..start]);
        rest = &rest[start + rest[start..].find("</svg>").unwrap() + "</svg>".len()..];
    }
    (kept + rest).replace("><", ">\n<")
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages(&[standard("lab-1", "2026-11-24T05:00:00Z"), sample::record()]);
    for (path, page) in &pages {
        let ids: BTreeSet<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        for link in page.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            if link == "data:," {
                continue;
            }
            let (file, id) = link.split_once('#').unwrap_or((link, ""));
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let target = match file.strip_prefix("../") {
                Some(file) => file.to_owned(),
                None if file.is_empty() => path.clone(),
                None if folder.is_empty() => file.to_owned(),
                None => format!("{folder}/{file}"),
            };
            let page = pages.get(&target).unwrap_or_else(|| panic!("{path}: {link}"));
            let there = file.is_empty() && ids.contains(id) || page.contains(&format!(" id=\"{id}\""));
            assert!(id.is_empty() || there, "{path}: {link}");
        }
    }
}

#[test]
fn there_is_a_page_for_everything() {
    let pages = pages(&[sample::record()]);
    for page in ["index.html", "conformance.html", "compare.html", "pick.html", "open.html", "method.html"] {
        assert!(pages.contains_key(page), "{page}");
    }
    assert_eq!(named(&pages, "devices/").len(), 1);
    assert_eq!(named(&pages, "formats/").len(), 30);
}

#[test]
fn what_the_pages_say() {
    let pages = pages(&[sample::small()]);
    let conformance = &pages["conformance.html"];
    insta::assert_snapshot!("conformance", section(conformance, "<main", "</main>"));
    insta::assert_snapshot!("overview", section(&pages["index.html"], "<main", "</main>"));
    insta::assert_snapshot!("device", section(named(&pages, "devices/")[0], "<main", "</main>"));
    insta::assert_snapshot!("format", section(&pages["formats/q4_k.html"], "<main", "</main>"));
}

#[test]
fn emulated_times_are_on_no_page() {
    let mut record = sample::small();
    record.header.environment.emulated = true;
    record.measurements[2].unit = "instructions/weight".into();
    for (measurement, number) in record.measurements.iter_mut().zip([7.77e9, 7.77e9, 3.21]) {
        measurement.median = number;
    }
    for row in &mut record.models {
        (row.pp512, row.tg128) = (Some(7.77e3), Some(7.77e3));
    }
    let pages = pages(&[record]);
    assert!(pages.iter().all(|(path, page)| !page.contains("7.77") || panic!("{path}")));
    let device = named(&pages, "devices/")[0];
    // What is no time is shown, in its own unit.
    assert!(device.contains("(emulated)") && device.contains("3.21") && device.contains("instructions/weight"));
    assert!(pages["index.html"].contains("3.21"));
}

#[test]
fn a_wrong_answer_has_no_speed() {
    let mut record = sample::small();
    record.measurements[1].median = 7.77e9;
    assert!(record.measurements[1].format == "iq3_xxs" && record.failures().any(|case| case.format == "iq3_xxs"));
    let pages = pages(&[record]);
    assert!(pages.values().all(|page| !page.contains("7.77")));
    assert!(named(&pages, "devices/")[0].contains("a wrong answer has no speed"));
}

#[test]
fn a_run_that_was_cut_short_says_so() {
    let mut record = sample::record();
    record.cases.retain(|case| !case.state.is_failure());
    record.footer = Some(sample::footer(&record));
    assert!(pages(&[record.clone()])["index.html"].contains("checks held"));
    record.footer = None;
    let cut = &pages(&[record])["index.html"];
    assert!(cut.contains("Cut short after") && !cut.contains("checks held"));
    let empty = pages(&[Record::begin(sample::header())]);
    assert!(empty["index.html"].contains("Cut short after 0 checks"));
    assert!(empty["pick.html"].contains("Nothing to pick from."));
}

#[test]
fn several_runs_of_a_device_are_one_page_and_its_history() {
    let days = ["2026-11-24T05:00:00Z", "2026-11-23T05:00:00Z", "2026-11-25T05:00:00Z"];
    let pages = pages(&days.map(|day| standard("lab-1", day)));
    assert_eq!(named(&pages, "devices/").len(), 1);
    let device = &pages["devices/lab-1.html"];
    assert!(device.contains("2026-11-25T05:00:00Z") && device.contains("3 runs"));
    assert!(pages["compare.html"].contains("lab-1 · 2026-11-24T05:00:00Z"));
}

/// Ten devices of all formats on three backends with every file type of a model.
#[test]
fn ten_devices_take_less_than_a_megabyte() {
    let records: Vec<Record> =
        (0..10).map(|index| standard(&format!("board-{index}"), &format!("2026-11-2{index}T05:00:00Z"))).collect();
    let pages = pages(&records);
    let bytes: usize = pages.values().map(String::len).sum();
    let parts = ["devices/", "formats/"].map(|start| named(&pages, start).iter().map(|page| page.len()).sum::<usize>());
    let rest: Vec<_> =
        pages.iter().filter(|(path, _)| !path.contains('/')).map(|(path, page)| (path, page.len())).collect();
    assert!(bytes < 1_000_000, "{bytes} bytes: devices {}, formats {}, {rest:?}", parts[0], parts[1]);
}

#[test]
fn every_element_has_each_attribute_once() {
    for (path, page) in pages(&[sample::record()]) {
        for tag in page.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
            assert!(tag.matches(" class=").count() <= 1, "{path}: {tag}");
        }
    }
}
