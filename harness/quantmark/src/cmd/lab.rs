//! `lab`: every device of an inventory at once; their records, histories and one site.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use quantmark_cli::output::print;
use quantmark_files::names::folder_name;
use quantmark_files::whole_file;
use quantmark_lab::devices::LabFile;
use quantmark_lab::fleet as lab;
use quantmark_lab::fleet::{Ending, Order, Row};
use quantmark_record::{Record, now};
use quantmark_report::{markdown, site};
use quantmark_verdict::regression::{HISTORY, History};
use serde_json::json;

use super::{Exit, Failure};
use crate::series::drawn;

/// Arguments of `lab`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The lab file: boards, and `devices = ["local", ..]` for what runs here
    #[arg(long, value_name = "FILE", default_value = "lab.toml")]
    pub inventory: PathBuf,
    /// Profiles or speed suites of `bench`
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_value = "nightly")]
    pub suite: Vec<String>,
    /// Formats, by name or glob [default: all]
    #[arg(long, value_name = "GLOB", value_delimiter = ',')]
    pub format: Vec<String>,
    /// Minutes after which the lab is over, whatever still runs
    #[arg(long, value_name = "N", default_value = "240", allow_negative_numbers = true)]
    pub minutes: f64,
    /// Folder of the night [default: reports/lab/TIME]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Folder of the histories that timings are held against and that the night is added to
    #[arg(long, value_name = "DIR", default_value = HISTORY)]
    pub history: PathBuf,
    /// Folder of the site [default: site in the night's folder]
    #[arg(long, value_name = "DIR")]
    pub site: Option<PathBuf>,
    /// Prints one JSON document on stdout and nothing else there
    #[arg(long)]
    pub json: bool,
}

/// Runs the lab. [`Exit::Failed`] where a check failed or a timing got slower, else [`Exit::Environment`] where a device
/// did not come to its end.
///
/// # Errors
/// The inventory is none or names nothing, or what comes out cannot be written.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let inventory = LabFile::read(&args.inventory)?;
    if inventory.devices.is_empty() && inventory.boards.is_empty() {
        return Err(Failure::nothing_ran(format!("{}: no device and no board", args.inventory.display())));
    }
    let limit = Duration::try_from_secs_f64(60.0 * args.minutes).ok().filter(|limit| !limit.is_zero());
    let limit = limit
        .ok_or_else(|| Failure::usage(format!("--minutes {}: expected a number of minutes above 0", args.minutes)))?;
    let out = args.out.clone().unwrap_or_else(|| Path::new("reports/lab").join(folder_name(&now())));
    let order = Order {
        program: std::env::current_exe().map_err(Failure::environment)?,
        inventory: args.inventory.clone(),
        out: out.clone(),
        words: words(args),
        deadline: Instant::now() + limit,
    };
    let rows = lab::run(&order, &inventory, &|row| eprintln!("{}", row.line()));
    let records = rows.iter().filter_map(|row| row.record.as_ref());
    let records =
        records.map(|path| Record::read(path)).collect::<Result<Vec<_>, _>>().map_err(Failure::environment)?;
    for record in &records {
        let mut history = History::open(&args.history, &record.header.environment.device).map_err(Failure::usage)?;
        history.append(record).map_err(Failure::environment)?;
    }
    let said = lab::agreement(&records);
    let page = args.site.clone().unwrap_or_else(|| out.join("site"));
    if !records.is_empty() {
        let paths: Vec<PathBuf> = rows.iter().filter_map(|row| row.record.clone()).collect();
        let series = drawn(&args.history).map_err(Failure::usage)?;
        site::write(&paths, &site::Extras { series }, &page).map_err(|error| match error {
            site::Error::Record(error) => Failure::environment(error),
            site::Error::Page(path, error) => Failure::environment(format!("{}: {error}", path.display())),
        })?;
    }
    let summary = summary(&rows, &said, &records);
    write(&out.join("summary.md"), &summary)?;
    let document = json!({ "devices": rows, "agreement": said, "site": page });
    write(&out.join("lab.json"), &format!("{document:#}\n"))?;
    print(&if args.json { format!("{document:#}\n") } else { plain(&rows, &said, &page, &records) })?;
    let any = |ending| rows.iter().any(|row| row.ending == ending);
    Ok(match () {
        () if any(Ending::NotHeld) => Exit::Failed,
        () if any(Ending::Dead) || any(Ending::OutOfTime) => Exit::Environment,
        () => Exit::Held,
    })
}

/// The words of `bench` that all devices share.
fn words(args: &Args) -> Vec<String> {
    let mut words = vec!["--suite".to_owned(), args.suite.join(",")];
    if !args.format.is_empty() {
        words.extend(["--format".to_owned(), args.format.join(",")]);
    }
    let history = std::path::absolute(&args.history).unwrap_or_else(|_| args.history.clone());
    words.extend(["--against-history".to_owned(), history.display().to_string()]);
    words
}

fn summary(rows: &[Row], said: &[String], records: &[Record]) -> String {
    let mut text = "## Lab\n\n| device | ending | seconds | |\n| --- | --- | --- | --- |\n".to_owned();
    for row in rows {
        let reason = row.reason.as_deref().map(markdown::cell).unwrap_or_default();
        let device = markdown::cell(&row.device);
        writeln!(text, "| {device} | {} | {:.0} | {reason} |", row.ending.words(), row.seconds).expect(TAKES);
    }
    said.iter().for_each(|line| write!(text, "\n{}\n", markdown::cell(line)).expect(TAKES));
    records.iter().for_each(|record| write!(text, "\n{}", markdown::of_run(record)).expect(TAKES));
    text
}

fn plain(rows: &[Row], said: &[String], page: &Path, records: &[Record]) -> String {
    let mut text: String = rows.iter().map(|row| row.line() + "\n").collect();
    said.iter().for_each(|line| writeln!(text, "{line}").expect(TAKES));
    if !records.is_empty() {
        writeln!(text, "page: {}", page.join("index.html").display()).expect(TAKES);
    }
    text
}

const TAKES: &str = "a string takes it";

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    whole_file::replace(path, text.as_bytes())
        .map_err(|error| Failure::environment(format!("{}: {error}", path.display())))
}
