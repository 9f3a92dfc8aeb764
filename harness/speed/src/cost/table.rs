//! Costs as tables.

use std::fmt::Write;

use quantmark_implementations::llama_cpp::NAME;
use quantmark_record::statistics::geometric_mean;
use serde::Serialize;

use super::product::Cost;

/// What `cost --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document<'a> {
    /// The device.
    pub device: &'a str,
    /// The CPU that was imitated, and by what.
    pub emulator: &'a str,
    /// What is counted.
    pub unit: &'static str,
    /// The geometric mean of the ratios of each backend: ours over theirs.
    pub means: Vec<(&'a str, f64)>,
    /// Costs.
    pub costs: &'a [Cost],
}

impl<'a> Document<'a> {
    /// Of the costs on a device.
    pub fn new(device: &'a str, emulator: &'a str, costs: &'a [Cost]) -> Self {
        Self { device, emulator, unit: "instructions/weight", means: means(costs), costs }
    }
}

/// For a terminal: a row a format, three columns a backend.
pub fn text(costs: &[Cost]) -> String {
    let names = backends(costs);
    let mut text = format!("{:<8}", "");
    names.iter().for_each(|name| write!(text, " {name:>13} {:>10} {:>6}", NAME, "ratio").expect(TAKES));
    for format in formats(costs) {
        write!(text, "\n{format:<8}").expect(TAKES);
        for name in &names {
            let cells = find(costs, format, name).map(cells).unwrap_or_default();
            write!(text, " {:>13} {:>10} {:>6}", cells[0], cells[1], cells[2]).expect(TAKES);
        }
    }
    write!(text, "\n{:<8}", "mean").expect(TAKES);
    for name in &names {
        let mean = means(costs).into_iter().find(|(of, _)| of == name);
        let mean = mean.map_or_else(String::new, |(_, mean)| format!("{mean:.2}"));
        write!(text, " {:>13} {:>10} {mean:>6}", "", "").expect(TAKES);
    }
    text += "\ninstructions a weight of a dot product; ratio: ours over llama.cpp's build of the same tier, below 1 ours needs \
             fewer\n";
    text
}

/// For a page in Markdown.
pub fn markdown(costs: &[Cost]) -> String {
    let names = backends(costs);
    let mut text = "| format |".to_owned();
    names.iter().for_each(|name| write!(text, " {name} | {NAME} | ratio |").expect(TAKES));
    text += "\n|---|";
    names.iter().for_each(|_| text += "---|---|---|");
    for format in formats(costs) {
        write!(text, "\n| {format} |").expect(TAKES);
        for name in &names {
            let cells = find(costs, format, name).map(cells).unwrap_or_default();
            write!(text, " {} | {} | {} |", cells[0], cells[1], cells[2]).expect(TAKES);
        }
    }
    text += "\n| geometric mean |";
    for name in &names {
        let mean = means(costs).into_iter().find(|(of, _)| of == name);
        write!(text, " | | {} |", mean.map_or_else(String::new, |(_, mean)| format!("{mean:.2}"))).expect(TAKES);
    }
    text + "\n"
}

const TAKES: &str = "a string takes it";

fn backends(costs: &[Cost]) -> Vec<&str> {
    distinct(costs.iter().map(|cost| cost.backend.as_str()))
}

fn formats(costs: &[Cost]) -> Vec<&str> {
    distinct(costs.iter().map(|cost| cost.format.as_str()))
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut distinct = Vec::new();
    names.for_each(|name| {
        if !distinct.contains(&name) {
            distinct.push(name)
        }
    });
    distinct
}

fn find<'a>(costs: &'a [Cost], format: &str, backend: &str) -> Option<&'a Cost> {
    costs.iter().find(|cost| cost.format == format && cost.backend == backend)
}

fn cells(cost: &Cost) -> [String; 3] {
    let theirs = cost.theirs.as_ref().map_or_else(|| "-".to_owned(), |(_, theirs)| format!("{theirs:.3}"));
    let ratio = cost.ratio().map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
    [format!("{:.3}", cost.ours), theirs, ratio]
}

/// The geometric mean of each backend's ratios.
fn means(costs: &[Cost]) -> Vec<(&str, f64)> {
    let of = |name: &str| {
        let ratios = costs.iter().filter(|cost| cost.backend == name).filter_map(Cost::ratio);
        geometric_mean(ratios)
    };
    backends(costs).into_iter().filter_map(|name| Some((name, of(name)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_formats_and_means_are_geometric() {
        let cost = |format: &str, ours, theirs| Cost {
            format: format.to_owned(),
            backend: "neon".to_owned(),
            ours,
            theirs: Some(("armv8.0_1".to_owned(), theirs)),
        };
        let costs = [cost("q4_0", 0.5, 1.0), cost("q8_0", 2.0, 1.0)];
        assert_eq!(means(&costs), [("neon", 1.0)]);
        let rows = "| q4_0 | 0.500 | 1.000 | 0.50 |\n| q8_0 | 2.000 | 1.000 | 2.00 |\n| geometric mean | | | 1.00 |\n";
        assert_eq!(markdown(&costs), format!("| format | neon | llama.cpp | ratio |\n|---|---|---|---|\n{rows}"));
        assert_eq!(text(&costs).lines().count(), 5);
    }
}
