//! Whether the devices of a lab did the same work.

use std::collections::BTreeMap;

use quantmark_record::Record;

/// Words of a plan that a machine decides: what backends and threads it has.
const OF_THE_MACHINE: [&str; 2] = ["backends: ", "threads: "];

/// One line each of what differs in the work of records, with the devices; one line that says so where nothing does.
pub fn agreement(records: &[Record]) -> Vec<String> {
    if records.len() < 2 {
        return Vec::new();
    }
    let mut devices_by_word: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for record in records {
        for word in &record.header.plan {
            if !OF_THE_MACHINE.iter().any(|start| word.starts_with(start)) {
                devices_by_word.entry(word).or_default().push(&record.header.environment.device);
            }
        }
    }
    let differing: Vec<String> = devices_by_word
        .into_iter()
        .filter(|(_, devices)| devices.len() < records.len())
        .map(|(word, devices)| format!("only {} ran {word}", devices.join(", ")))
        .collect();
    match differing.len() {
        0 => vec![format!("the same checks, formats and samples on all {} devices", records.len())],
        _ => differing,
    }
}
