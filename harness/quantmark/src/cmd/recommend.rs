//! `recommend`: which file type a model should have on a device, from a measured record.

mod answer;
mod records;
mod run_check;

use std::path::PathBuf;

use quantmark_cli::output::print;
use quantmark_verdict::recommend::{ModelShape, Rates, Use, candidates, check, models, uses};

use super::{Exit, Failure};
use answer::{Answer, Verdict};

/// Arguments of `recommend`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The device, as its records name it [default: that of the newest record]
    #[arg(long, value_name = "NAME")]
    pub device: Option<String>,
    /// Memory of the device, of which the use gives the weights a share: 2GB, 1500MB, 8GiB
    #[arg(long, value_name = "SIZE")]
    pub memory: String,
    /// What the model is for: mobile, desktop, workstation or research
    #[arg(long, value_name = "USE", default_value = "desktop")]
    pub r#use: String,
    /// The model, by its name or a part of it [default: each of the known ones]
    #[arg(long, value_name = "SHAPE")]
    pub model: Option<String>,
    /// The record to pick from [default: the newest of the device in reports/runs]
    #[arg(long, value_name = "RECORD")]
    pub record: Option<PathBuf>,
    /// The record that measured what file types cost a model [default: the same, else the newest that did]
    #[arg(long, value_name = "RECORD")]
    pub quality: Option<PathBuf>,
    /// Runs a model here and checks the projection against it: a GGUF file or a fetched model's name. The record must be of this machine
    #[arg(long, value_name = "MODEL")]
    pub check: Vec<PathBuf>,
    /// Prints one JSON document on stdout and nothing else there
    #[arg(long)]
    pub json: bool,
}

/// Runs `recommend`.
///
/// # Errors
/// The arguments name nothing, no record holds what a pick needs, or nothing fits.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let asked = asked_use(&args.r#use)?;
    let memory = memory(&args.memory)?;
    let shapes = shapes(args.model.as_deref())?;
    let found = records::find(args.record.as_deref(), args.device.as_deref(), args.quality.as_deref())?;
    let rates = Rates::of(&found.speed, None, None).ok_or_else(|| {
        Failure::usage(format!(
            "{}: no matvec was timed, so nothing is known of speed; `bench --suite standard` times it",
            found.speed_path.display()
        ))
    })?;
    let mut checks: Vec<_> = check(&found.speed).into_iter().collect();
    for model in &args.check {
        checks.push(run_check::run(model, &found.speed)?);
    }
    let mut verdicts = Vec::new();
    for shape in &shapes {
        let candidates = candidates(shape, &rates, &found.speed, &found.quality);
        verdicts.push(Verdict::of(shape, candidates, memory, &asked));
    }
    let answer = Answer { found: &found, rates: &rates, memory, asked: &asked, checks: &checks, verdicts: &verdicts };
    let text = if args.json { answer.json()? } else { answer.text(args.model.is_some()) };
    print(&text)?;
    match verdicts.iter().any(|verdict| verdict.has_pick()) {
        true => Ok(Exit::Held),
        false => Err(Failure::usage(format!(
            "--memory {}: nothing fits the {:.0} % of it that {} gives the weights",
            args.memory,
            asked.memory * 100.0,
            asked.name
        ))),
    }
}

fn asked_use(name: &str) -> Result<Use, Failure> {
    let uses = uses();
    let names: Vec<&str> = uses.iter().map(|one| one.name.as_str()).collect();
    let found = uses.iter().find(|one| one.name == name).cloned();
    found.ok_or_else(|| Failure::usage(format!("--use {name}: expected one of {}", names.join(", "))))
}

/// The models whose name holds the words, in any case.
fn shapes(name: Option<&str>) -> Result<Vec<ModelShape>, Failure> {
    let all = models();
    let Some(name) = name else { return Ok(all) };
    let wanted = squeezed(name);
    let exact: Vec<ModelShape> = all.iter().filter(|model| squeezed(&model.name) == wanted).cloned().collect();
    if !exact.is_empty() {
        return Ok(exact);
    }
    let found: Vec<ModelShape> = all.iter().filter(|model| squeezed(&model.name).contains(&wanted)).cloned().collect();
    if found.is_empty() {
        let names: Vec<&str> = all.iter().map(|model| model.name.as_str()).collect();
        return Err(Failure::usage(format!("--model {name}: expected one of {}", names.join(", "))));
    }
    Ok(found)
}

/// Letters, digits and points in lower case: `llama-3.2-1b` names `Llama 3.2 1B`.
fn squeezed(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '.').map(|c| c.to_ascii_lowercase()).collect()
}

/// Bytes, from a number with a unit.
fn memory(text: &str) -> Result<u64, Failure> {
    const UNITS: [(&str, u64); 7] = [
        ("gib", 1 << 30),
        ("mib", 1 << 20),
        ("gb", 1_000_000_000),
        ("mb", 1_000_000),
        ("g", 1_000_000_000),
        ("m", 1_000_000),
        ("b", 1),
    ];
    let lower = text.trim().to_ascii_lowercase();
    let parsed = UNITS.iter().find_map(|(unit, factor)| {
        let number: f64 = lower.strip_suffix(unit)?.trim().parse().ok()?;
        let bytes = number * *factor as f64;
        (1.0..1e18).contains(&bytes).then_some(bytes as u64)
    });
    parsed.ok_or_else(|| {
        Failure::usage(format!("--memory {text}: expected a size with its unit, as 2GB, 1500MB or 8GiB"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        let sizes = ["2GB", "1.5 GiB", "800mb", "1G"].map(|text| memory(text).unwrap());
        assert_eq!(sizes, [2_000_000_000, 1_610_612_736, 800_000_000, 1_000_000_000]);
        for wrong in ["2", "GB", "-1GB", "0GB", "1e99GB", "nanGB", "2TBx"] {
            assert!(memory(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn models_are_found_by_parts_of_their_names() {
        let names = |name: &str| shapes(Some(name)).map(|found| found.len());
        assert_eq!(names("llama-3.2-1b"), Ok(1));
        assert_eq!(names("Llama 3.2"), Ok(2));
        assert!(names("gpt-9").is_err());
    }
}
