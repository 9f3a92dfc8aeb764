//! The machine, the build, and what was compared.

use maud::{Markup, html};
use quantmark_record::digest::Digest;
use quantmark_record::number::{bytes, digits};

use crate::site::part;

pub(super) fn section(digest: &Digest) -> Markup {
    let environment = &digest.header.environment;
    let cores = format!("{} physical, {} logical", environment.physical_cores, environment.logical_cores);
    let caches = environment.caches.iter().map(|&size| bytes(size)).collect::<Vec<_>>().join(", ");
    let end = digest.footer.as_ref();
    let temperature = start_end(environment.temperature, end.and_then(|end| end.temperature), |degrees| {
        format!("{} °C", digits(f64::from(degrees)))
    });
    let commit = environment.commit.as_ref().map(|commit| match environment.dirty {
        Some(true) => format!("{commit}, with changes"),
        _ => commit.clone(),
    });
    let rows: [(&str, Option<String>); 16] = [
        ("Device", some(&environment.device)),
        ("CPU", some(&environment.cpu)),
        ("Features", some(&environment.features.join(" "))),
        ("Cores", Some(cores)),
        ("Data caches", some(&caches)),
        ("Memory", Some(bytes(environment.memory))),
        ("System", some(&environment.os)),
        ("Target", some(&environment.target)),
        ("Emulated", Some(if environment.emulated { "yes" } else { "no" }.to_owned())),
        ("Governor", environment.governor.clone()),
        ("Clock", start_end(environment.clock_mhz, end.and_then(|end| end.clock_mhz), |mhz| format!("{mhz} MHz"))),
        ("Temperature", temperature),
        ("Load at the start", environment.load.map(digits)),
        ("Compiler", some(&environment.compiler)),
        ("Flags", some(&environment.flags)),
        ("Commit", commit),
    ];
    html! {
        dl.facts {
            @for (name, value) in &rows {
                dt { (name) }
                dd { @match value { Some(value) => (value), None => (part::missing("the system does not tell")) } }
            }
            dt { "Command" } dd { code.command { (digest.header.command.join(" ")) } }
            dt { "Suites" } dd { (digest.header.suites.join(", ")) }
            @for implementation in &digest.header.implementations {
                dt { (implementation.name) } dd { (implementation.version) ", " (implementation.variant) }
            }
        }
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn start_end<T>(start: Option<T>, end: Option<T>, write: impl Fn(T) -> String) -> Option<String> {
    match (start.map(&write), end.map(&write)) {
        (Some(start), Some(end)) => Some(format!("{start} at the start, {end} at the end")),
        (Some(start), None) => Some(format!("{start} at the start")),
        (None, end) => end.map(|end| format!("{end} at the end")),
    }
}
