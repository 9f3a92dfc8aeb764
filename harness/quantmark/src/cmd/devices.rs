//! `devices`: what can run, and why not; and the checks of emulated devices that belong to the project's own tests.

use std::env;

use quantmark_cli::output::print_line;
use quantmark_lab::devices::{Ask, LabFile, Status, device_files, resolve, statuses};
use serde_json::json;

use super::on_device::{Site, passing};
use super::{Exit, Failure};

/// Arguments of `devices`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Lab file, which names boards [default: lab.toml where there is one]
    #[arg(long, value_name = "FILE", env = "QUANTMARK_LAB", hide_env_values = true)]
    pub lab: Option<std::path::PathBuf>,
    /// Runs the checks that the files of emulated devices name, as `test` does
    #[arg(long, conflicts_with = "json")]
    pub check: bool,
    /// Prints one JSON document on stdout and nothing else there
    #[arg(long)]
    pub json: bool,
}

/// Names, separated by commas, of what must not be skipped: `arm64` for the checks under emulation.
const REQUIRE: &str = "QUANTMARK_REQUIRE";

/// Runs `devices`.
///
/// # Errors
/// The lab file is none; with `check`, what must not be skipped cannot run.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    if args.check {
        return check();
    }
    let statuses = statuses(&LabFile::find(args.lab.as_deref())?);
    if args.json {
        print_line(format_args!("{:#}", json!({ "devices": statuses })))?;
    } else {
        for status in &statuses {
            print_line(line(status))?;
        }
    }
    Ok(Exit::Held)
}

fn line(status: &Status) -> String {
    let head = format!("{:<10} {:<6}", status.name, status.runner.unwrap_or("-"));
    match &status.missing {
        None => format!("{head} {}; must have {}", status.detail, status.backends.join(" ")),
        Some(reason) => format!("{head} cannot run: {reason}"),
    }
}

/// Runs the checks of every emulated device; the worst exit is ours.
fn check() -> Result<Exit, Failure> {
    let required = env::var(REQUIRE).is_ok_and(|names| names.split(',').any(|name| name.trim() == "arm64"));
    let mut worst = Exit::Held;
    for device in device_files().into_iter().filter(|device| !device.checks.is_empty()) {
        let name = device.name.clone();
        let skip = |failure: Failure| -> Result<(), Failure> {
            if required {
                return Err(failure);
            }
            print_line(format_args!("{name}: not checked: {failure}"))?;
            Ok(())
        };
        let (_folder, out) = passing()?;
        let place = match resolve(&Ask { name: name.clone(), ..Ask::default() }) {
            Ok(place) => place,
            Err(failure) => {
                skip(failure.into())?;
                continue;
            }
        };
        eprintln!("{}", place.describe());
        let site = match Site::new(place, None, &out) {
            Ok(site) => site,
            Err(failure) => {
                skip(failure)?;
                continue;
            }
        };
        for check in &device.checks {
            if let (true, Err(failure)) = (check.against, site.require_oracle()) {
                skip(failure)?;
                continue;
            }
            let mut arguments = check.arguments();
            print_line(format_args!("{name}: {}", arguments.join(" ")))?;
            arguments.extend(site.expected());
            let exit = site.run(arguments)?;
            if exit.code() > worst.code() {
                worst = exit;
            }
        }
    }
    Ok(worst)
}
