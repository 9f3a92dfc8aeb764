//! `doctor`: what is missing on this machine, and the command that installs it.

use quantmark_cli::output::{print, print_line};
use quantmark_lab::devices::device_files;
use quantmark_lab::doctor::{Need, Purpose, needs};
use serde_json::json;

use super::{Exit, Failure};

/// Arguments of `doctor`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Fails where something is missing that this device needs [default: only what every command needs]
    #[arg(long, value_name = "NAME")]
    pub device: Option<String>,
    /// Prints one JSON document on stdout and nothing else there
    #[arg(long)]
    pub json: bool,
}

/// Runs `doctor`.
///
/// # Errors
/// There is no such device.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let mut needed = vec![Purpose::Here];
    if let Some(name) = &args.device {
        let device = device_files().into_iter().find(|device| device.name == *name);
        let device = device.ok_or_else(|| Failure::usage(format!("--device {name}: no such device")))?;
        if device.qemu.is_some() {
            needed.extend([Purpose::Arm64, Purpose::Arm64Emulated]);
        }
    }
    let needs = needs();
    if args.json {
        print_line(format_args!("{:#}", json!({ "needs": needs })))?;
    } else {
        for need in &needs {
            print(&lines(need))?;
        }
    }
    let lacking = needs.iter().any(|need| need.missing.is_some() && needed.contains(&need.purpose));
    Ok(if lacking { Exit::Environment } else { Exit::Held })
}

fn lines(need: &Need) -> String {
    match (&need.found, &need.missing) {
        (Some(found), _) => format!("ok      {:<16} {found}\n", need.name),
        (None, missing) => format!(
            "missing {:<16} {} (for {})\n{:25}{}\n",
            need.name,
            missing.as_deref().unwrap_or_default(),
            need.purpose.words(),
            "",
            need.install
        ),
    }
}
