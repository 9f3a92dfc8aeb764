//! `quantmark claims RECORD..`: statements of the literature, held against what was measured.

use std::fmt::Write as _;
use std::path::PathBuf;

use quantmark_cli::output::print;
use quantmark_record::digest::Digest;
use quantmark_verdict::claims;
use quantmark_verdict::claims::{Holds, Judged};

use super::report::record_in;
use super::{Exit, Failure};

/// Arguments of `claims`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Records: `run.jsonl` files, or folders that hold one
    #[arg(value_name = "RECORD", required = true)]
    pub records: Vec<PathBuf>,
    /// Prints one JSON document
    #[arg(long)]
    pub json: bool,
}

/// Prints each statement with its verdict and the measured values; [`Exit::NothingRan`] where none could be measured.
///
/// # Errors
/// A record cannot be read.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let digests: Vec<Digest> = args
        .records
        .iter()
        .map(|path| Digest::read(&record_in(path)).map_err(Failure::usage))
        .collect::<Result<_, _>>()?;
    let judged = claims::judge(&digests.iter().collect::<Vec<_>>());
    let text = match args.json {
        true => serde_json::to_string_pretty(&judged).map_err(Failure::environment)? + "\n",
        false => text(&judged),
    };
    print(&text)?;
    if judged.iter().all(|claim| claim.verdict == Holds::NotMeasurable) { Ok(Exit::NothingRan) } else { Ok(Exit::Held) }
}

fn text(judged: &[Judged]) -> String {
    let mut text = String::new();
    for claim in judged {
        let against = if claim.baseline.is_empty() { String::new() } else { format!(", against {}", claim.baseline) };
        writeln!(text, "{}\n  {}{against}\n  {}", claim.statement, claim.verdict, claim.measured)
            .expect("a string takes it");
    }
    let count = |verdict| judged.iter().filter(|claim| claim.verdict == verdict).count();
    let counts =
        [Holds::Held, Holds::NotHeld, Holds::NotMeasurable].map(|verdict| format!("{} {verdict}", count(verdict)));
    let mut sources: Vec<&str> = judged.iter().map(|claim| claim.source.as_str()).collect();
    sources.dedup();
    text + &format!("{}\nsource: {}\n", counts.join(", "), sources.join("; "))
}
