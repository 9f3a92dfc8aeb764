//! `conform`: the checks alone, on this machine or another device.

use quantmark_cli::conform::{self, Checks};
use quantmark_implementations::llama_cpp::builds::PREFIX;
use quantmark_lab::devices::Place;

use super::device_args::DeviceArgs;
use super::on_device::{Site, is_here, passing};
use super::relay::{self, Role};
use super::{Exit, Failure};

/// Checks kernels against reference files, exact values and their own contracts.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// What is checked.
    #[command(flatten)]
    pub checks: Checks,
    /// Where it runs.
    #[command(flatten)]
    pub on: DeviceArgs,
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, bad reference files, a backend that is not there, or nothing to run.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let Some(place) = args.on.place()? else { return conform::run(&args.checks) };
    let mut checks = Checks { backend: place.measured(&args.checks.backend), ..args.checks.clone() };
    if is_here(&place) {
        checks.expect.extend(place.backends);
        return conform::run(&checks);
    }
    on_device(&Args { checks, ..args.clone() }, place)
}

/// Runs the command on another device.
fn on_device(args: &Args, place: Place) -> Result<Exit, Failure> {
    let (_folder, out) = passing()?;
    let checks = &args.checks;
    let mut site = Site::new(place, args.on.program.as_deref(), &out)?.with_oracle(checks.oracle.as_deref());
    let library = checks.backend.iter().any(|backend| backend.starts_with(PREFIX));
    if checks.against.is_some() || library {
        site.require_oracle()?;
    } else {
        site = site.without_oracle();
    }
    let mut words = vec!["conform".to_owned()];
    let expected = site.place.backends.clone();
    words.extend(relay::words::<Args>(&mut site, |argument| match argument {
        "device" | "lab" | "host" | "program" | "oracle" => Role::Stays,
        "reference" => Role::Carried,
        "backend" => Role::Instead(checks.backend.clone()),
        "expect" => Role::Instead(expected.clone()),
        _ => Role::Goes,
    })?);
    if library {
        let folder = site.payload.oracle.clone().expect("it is required");
        words.extend(["--oracle".to_owned(), site.carry(&folder)]);
    }
    site.run(words)
}
