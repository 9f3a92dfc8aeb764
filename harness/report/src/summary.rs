//! A run in a screenful of text: what failed, and one table of rates a backend.

use std::collections::BTreeMap;
use std::fmt::Write;

use quantmark_files::shown::one_line;
use quantmark_record::Record;
use quantmark_record::formats::{backend_rank, bits_per_weight, in_order};
use quantmark_record::number::{change, digits, grouped, percent, prefixed};
use quantmark_record::schema::{Judgement, Measurement, Verdict};
use quantmark_record::statistics::geometric_mean;

/// Failures that are told one by one.
const FAILURES_SHOWN: usize = 10;

/// What a run found, for a terminal; ends without a line break.
pub fn summary(record: &Record) -> String {
    let mut text = machine(record);
    text += &checks(record);
    let columns = columns(record);
    let mut backends: Vec<&str> = columns.values().flatten().map(|timing| timing.backend.as_str()).collect();
    backends.sort_unstable_by_key(|name| backend_rank(name));
    backends.dedup();
    for backend in backends {
        text += &rates(record, backend, &columns);
    }
    text += &models(record);
    text += &history(record);
    text.trim_end().to_owned()
}

/// What the timings' histories say, where they were asked: the changes, and how many of all.
fn history(record: &Record) -> String {
    let judged: Vec<_> =
        record.measurements.iter().filter_map(|timing| Some((timing, timing.judgement.as_ref()?))).collect();
    if judged.is_empty() {
        return String::new();
    }
    let of = |verdict: Verdict| judged.iter().filter(|(_, judgement)| judgement.verdict == verdict).count();
    let [slower, faster, same, silent] = [Verdict::Slower, Verdict::Faster, Verdict::Same, Verdict::NotJudged].map(of);
    let mut text = format!("\nhistory: {slower} slower, {faster} faster, {same} the same, {silent} not judged");
    let reason = judged.iter().find_map(|(_, judgement)| judgement.reason.as_deref());
    text += &reason.filter(|_| silent > 0).map_or_else(String::new, |reason| format!(" ({})", one_line(reason)));
    text.push('\n');
    let changed = judged.iter().filter(|(_, judgement)| matches!(judgement.verdict, Verdict::Slower | Verdict::Faster));
    for (timing, Judgement { verdict, change: by, threshold, .. }) in changed {
        let by = by.map(change).unwrap_or_default();
        let threshold = threshold.map(percent).unwrap_or_default();
        let retakes = timing.retakes.len();
        text +=
            &format!("  {verdict} {} by {by}: beyond {threshold}, taken {retakes} times more\n", one_line(&timing.id));
    }
    text
}

/// One line a file type.
fn models(record: &Record) -> String {
    let mut text = String::new();
    let mut model = String::new();
    for row in record.models() {
        if row.model != model {
            model.clone_from(&row.model);
            let (windows, context) = (row.windows, row.context);
            text += &format!("\n{model}, {windows} windows of {context}\n");
            text += &format!(
                "{:<10} {:>6} {:>12} {:>9} {:>10} {:>9} {:>14} {:>14}\n",
                "type", "bits", "perplexity", "change", "KLD", "same top", "pp512", "tg128"
            );
        }
        let speed = |rate: Option<f64>, ratio: Option<f64>| {
            let rate = rate.map_or("-".to_owned(), prefixed);
            ratio.map_or(rate.clone(), |ratio| format!("{rate} {:>6}", format!("x{}", digits(ratio))))
        };
        let against = row.against.as_ref();
        text += &format!(
            "{:<10} {:>6.2} {:>12.3} {:>9} {:>10.5} {:>9} {:>14} {:>14}\n",
            row.file_type,
            row.bits_per_weight,
            row.perplexity,
            change(row.perplexity / row.base_perplexity),
            row.kld_mean,
            format!("{:.1} %", row.same_top * 100.0),
            speed(row.pp512, against.map(|against| against.pp512_ratio.median)),
            speed(row.tg128, against.map(|against| against.tg128_ratio.median)),
        );
    }
    text
}

fn machine(record: &Record) -> String {
    let environment = &record.header.environment;
    let emulated = if environment.emulated { ", emulated: no timing is a speed" } else { "" };
    let cores = environment.logical_cores;
    format!("{}: {}, {cores} cores{emulated}\n", environment.device, environment.cpu)
}

fn checks(record: &Record) -> String {
    let counts = record.summary();
    let mut text = format!("{} checks: {} passed", grouped(counts.total), grouped(counts.pass));
    for (count, what) in [
        (counts.fail, "failed"),
        (counts.error, "ended in errors"),
        (counts.timeout, "took too long"),
        (counts.unsupported, "without a kernel"),
        (counts.skipped, "skipped"),
        (counts.expected_fail, "failed as listed"),
    ] {
        if count > 0 {
            write!(text, ", {} {what}", grouped(count)).expect("a string takes it");
        }
    }
    text.push('\n');
    record.failures().take(FAILURES_SHOWN).for_each(|case| text += &format!("  {} {}\n", case.state, case.id));
    let more = record.failures().count().saturating_sub(FAILURES_SHOWN);
    if more > 0 {
        text += &format!("  and {more} more; the page has all of them\n");
    }
    text
}

/// A column: an operation on a number of threads.
type Column<'a> = (&'a str, usize);

/// The timings that are speeds, those of the largest shape of each column.
fn columns(record: &Record) -> BTreeMap<Column<'_>, Vec<&Measurement>> {
    let mut columns: BTreeMap<Column<'_>, Vec<&Measurement>> = BTreeMap::new();
    for (timing, _) in record.timings().into_iter().filter(|(_, withheld)| withheld.is_none()) {
        columns.entry((&timing.operation, timing.threads)).or_default().push(timing);
    }
    for timings in columns.values_mut() {
        let weights = |timing: &Measurement| timing.shape.weights();
        let largest = timings.iter().map(|timing| weights(timing)).max();
        timings.retain(|timing| Some(weights(timing)) == largest);
    }
    columns
}

fn rates(record: &Record, backend: &str, columns: &BTreeMap<Column<'_>, Vec<&Measurement>>) -> String {
    const WIDTH: usize = 20;
    let heads: Vec<String> = columns.keys().map(|(operation, threads)| format!("{operation}, {threads} thr")).collect();
    let widths: Vec<usize> = heads.iter().map(|head| WIDTH.max(head.len() + 2)).collect();
    let row = |cells: Vec<String>| -> String {
        cells.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}")).collect::<String>() + "\n"
    };
    let timing = |format: &str, timings: &[&Measurement]| {
        timings.iter().find(|timing| timing.format == format && timing.backend == backend).copied().cloned()
    };
    let mut text = format!("\n{backend:<8} {:>6}", "bits");
    text += &row(heads.clone());
    for format in in_order(record) {
        let cells: Vec<Option<Measurement>> = columns.values().map(|timings| timing(format, timings)).collect();
        if cells.iter().all(Option::is_none) {
            continue;
        }
        let bits = bits_per_weight(record, format).map_or(String::new(), |bits| format!("{bits:.2}"));
        text += &format!("{format:<8} {bits:>6}");
        text += &row(cells.iter().map(|timing| timing.as_ref().map_or("-".into(), cell)).collect());
    }
    let any = columns.values().flatten().next();
    let other = columns.values().flatten().find_map(|timing| timing.against.as_ref());
    let other = other.map_or("llama.cpp".to_owned(), |against| one_line(&against.implementation));
    let (unit, meaning) = match any {
        Some(timing) if !timing.is_speed() => {
            (timing.unit.as_str(), format!("{other}'s over ours, above 1 ours needs fewer"))
        }
        _ => ("weights/s", format!("ours over {other}'s, in turn, above 1 ours is faster")),
    };
    let means: Vec<Option<f64>> = columns.values().map(|timings| mean_ratio(backend, timings)).collect();
    if means.iter().any(Option::is_some) {
        text += &format!("{:<15}", "ratio, mean");
        text += &row(means.iter().map(|mean| mean.map_or("-".into(), |mean| format!("x{}", digits(mean)))).collect());
        text += &format!("{unit}; x: {meaning}\n");
    } else {
        text += &format!("{unit}\n");
    }
    text
}

fn cell(timing: &Measurement) -> String {
    let rate = prefixed(timing.median);
    match &timing.against {
        Some(against) => format!("{rate} {:>6}", format!("x{}", digits(against.ratio.median))),
        None => rate,
    }
}

/// The geometric mean of the ratios of a column.
fn mean_ratio(backend: &str, timings: &[&Measurement]) -> Option<f64> {
    let ours = timings.iter().filter(|timing| timing.backend == backend);
    geometric_mean(ours.filter_map(|timing| timing.against.as_ref()).map(|against| against.ratio.median))
}
