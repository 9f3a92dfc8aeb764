//! `cost`: instructions that dot products execute on an emulated device, beside llama.cpp's.

use std::fmt::Write as _;
use std::path::PathBuf;

use quantmark_cli::output::print;
use quantmark_cli::select;
use quantmark_files::whole_file;
use quantmark_kernels::Backend;
use quantmark_lab::devices::{Place, Way};
use quantmark_lab::runner::Emulator;
use quantmark_speed::cost;
use quantmark_speed::cost::Document;

use super::device_args::DeviceArgs;
use super::{Exit, Failure};

/// Arguments of `cost`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The emulated device.
    #[command(flatten)]
    pub on: DeviceArgs,
    /// Formats, by name or glob [default: all]
    #[arg(long, value_name = "GLOB", value_delimiter = ',', num_args = 1..)]
    pub format: Vec<String>,
    /// Backends [default: all SIMD ones of the device]
    #[arg(long, value_name = "NAME", value_delimiter = ',', num_args = 1..)]
    pub backend: Vec<Backend>,
    /// Writes the table in Markdown
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Prints one JSON document on stdout and nothing else there
    #[arg(long)]
    pub json: bool,
}

/// Counts and prints.
///
/// # Errors
/// The device is not emulated or cannot run here, or the program fails there.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let on =
        DeviceArgs { device: Some(args.on.device.clone().unwrap_or_else(|| "arm64".to_owned())), ..args.on.clone() };
    let place = on.place()?.expect("a device is named");
    let emulator = emulator(&place)?;
    let formats = select::formats(&args.format)?;
    let backends = if args.backend.is_empty() { simd(&place) } else { args.backend.clone() };
    let payload = place.payload(args.on.program.as_deref())?;
    if payload.oracle.is_none() {
        eprintln!("llama.cpp's libraries for {} are not installed: counts stand alone", place.target());
    }
    let costs = cost::costs(&emulator.words, &payload.program, &formats, &backends, payload.oracle.as_deref())?;
    if costs.is_empty() {
        return Err(Failure::nothing_ran("no backend named has a dot product of these formats"));
    }
    if let Some(path) = &args.markdown {
        whole_file::replace(path, cost::markdown(&costs).as_bytes())
            .map_err(|error| Failure::environment(format!("{}: {error}", path.display())))?;
    }
    let text = if args.json {
        let document = Document::new(&place.name, &emulator.description, &costs);
        serde_json::to_string_pretty(&document).map_err(Failure::environment)? + "\n"
    } else {
        let mut text = format!("{}\n", emulator.description);
        write!(text, "{}", cost::text(&costs)).expect("a string takes it");
        text
    };
    print(&text)?;
    Ok(Exit::Held)
}

fn emulator(place: &Place) -> Result<&Emulator, Failure> {
    match &place.way {
        Way::Qemu(emulator) => Ok(emulator),
        Way::Local | Way::Ssh(_) => Err(Failure::usage(format!(
            "{}: instructions are counted by an emulator; on a machine `bench` takes the time",
            place.name
        ))),
    }
}

/// The backends of a device that have instructions of their own.
pub fn simd(place: &Place) -> Vec<Backend> {
    let known = place.backends.iter().filter_map(|name| name.parse().ok());
    known.filter(|backend: &Backend| backend.is_on_cpu() && *backend != Backend::Scalar).collect()
}
