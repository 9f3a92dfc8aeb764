//! Two devices or two runs side by side, chosen on the page; a dropped record can be one of them.

use std::collections::BTreeMap;

use maud::html;
use quantmark_record::digest::Digest;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::contents::Column;
use super::page::{self, Page, Script};
use super::{headline, open};

/// What the page compares of a run.
#[derive(Serialize)]
struct Run {
    name: String,
    /// By group, backend and format.
    speeds: BTreeMap<String, BTreeMap<String, BTreeMap<String, Rounded>>>,
    /// Passed and failed, by format.
    checks: BTreeMap<String, [u64; 2]>,
    /// Bits, factor of perplexity, divergence, by file type.
    models: BTreeMap<String, [Rounded; 3]>,
}

#[derive(Serialize)]
struct Data {
    runs: Vec<Run>,
}

pub(super) fn render(columns: &[Column]) -> String {
    let runs = columns.iter().map(|column| run(&column.digest));
    let before = columns.iter().filter_map(|column| column.before.as_ref()).map(run);
    let data = Data { runs: runs.chain(before).collect() };
    let body = html! {
        h1 { "Compare" }
        p.subtitle { "Two devices, or two runs of one. Whether a change is more than noise is for " code { "quantmark compare" } " to say, which has the samples and the history." }
        form #compare hidden aria-label="What to compare" {
            label { "A" select name="a" {} }
            label { "B" select name="b" {} }
            label { "What" select name="group" {} }
            label { "Backend" select name="backend" {} }
        }
        section #compared aria-live="polite" {}
        h2 { "Against a record" }
        (open::drop("Choose a run.jsonl to compare with"))
        noscript { p.notice { "This page needs its script; " code { "quantmark compare A B" } " compares two records without one." } }
    };
    page::render(&Page {
        title: "Compare",
        path: "compare.html",
        scripts: &[Script::Table, Script::Build, Script::Record, Script::Compare],
        data: Some(serde_json::to_string(&data).expect("plain data")),
        body,
    })
}

fn run(digest: &Digest) -> Run {
    let mut speeds: BTreeMap<String, BTreeMap<String, BTreeMap<String, Rounded>>> = BTreeMap::new();
    for group in headline::main_groups(digest) {
        let backends = speeds.entry(format!("{}, {}", group.title(), group.unit)).or_default();
        for (timing, numbers) in digest.shown().filter(|(timing, _)| group.holds(timing)) {
            let rates = backends.entry(timing.backend.clone()).or_default();
            rates.insert(timing.format.clone(), Rounded(numbers.median));
        }
    }
    let mut checks: BTreeMap<String, [u64; 2]> = BTreeMap::new();
    for (cell, summary) in &digest.cells {
        let [passed, failed] = checks.entry(cell.format.clone()).or_default();
        *passed += summary.pass;
        *failed += summary.failures();
    }
    let row = |row: &quantmark_record::schema::ModelRow| {
        let numbers = [row.bits_per_weight, row.perplexity / row.base_perplexity, row.kld_mean];
        (row.file_type.clone(), numbers.map(Rounded))
    };
    let models = digest.models.iter().map(row).collect();
    Run { name: format!("{} · {}", digest.device(), digest.header.started), speeds, checks, models }
}

/// A number of a page's data with four significant digits: more is noise, and takes room. As short as it can be written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rounded(pub(super) f64);

impl Serialize for Rounded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.0.is_finite() {
            return serializer.serialize_none();
        }
        // The largest number has no rounded one above it.
        let rounded =
            format!("{:.3e}", self.0).parse().ok().filter(|rounded: &f64| rounded.is_finite()).unwrap_or(self.0);
        let (plain, short) = (format!("{rounded}"), format!("{rounded:e}"));
        let text = if short.len() < plain.len() { short } else { plain };
        RawValue::from_string(text).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::Rounded;

    #[test]
    fn numbers_are_short() {
        let numbers = [2_893_456_789.0, 0.000_123_456, 36.0904, 1.0, 0.0, -0.25, f64::NAN].map(Rounded);
        assert_eq!(serde_json::to_string(&numbers).expect("plain data"), "[2.893e9,1.235e-4,36.09,1,0,-0.25,null]");
    }
}
