//! `codegen`: the files of the repository that are generated from others.

use std::fs;
use std::path::{Path, PathBuf};

use quantmark_cli::output::print_line;
use quantmark_files::whole_file;
use quantmark_reference::reference_data;

use super::{Exit, Failure, oracle};
use crate::codegen::{Generated, from_program, from_reference};

/// Arguments of `codegen`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Writes nothing; names each file that is not what would be written, and fails where there is one
    #[arg(long)]
    pub check: bool,
    /// Leaves out what is read out of llama.cpp's libraries
    #[arg(long)]
    pub no_oracle: bool,
    /// Folder of llama.cpp's libraries [default: QUANTMARK_ORACLE, else the user's cache]
    #[arg(long, value_name = "DIR", conflicts_with = "no_oracle")]
    pub oracle: Option<PathBuf>,
    /// The repository [default: the one that holds the reference data]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
}

/// Runs `codegen`.
///
/// # Errors
/// The libraries are missing or decode what no table can say, or a file cannot be written.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let root = match &args.root {
        Some(root) => root.clone(),
        None => reference_data()?.join(".."),
    };
    let mut files = from_program();
    if args.no_oracle {
        eprintln!("left out by --no-oracle: the codebooks of the IQ formats");
    } else {
        let oracle = oracle::open(args.oracle.as_deref())?;
        files.extend(from_reference(&oracle).map_err(Failure::environment)?);
    }
    let mut stale = 0;
    for file in &files {
        stale += usize::from(!is_current(&root, file, args.check)?);
    }
    print_line(format_args!(
        "{} generated files, {stale} {}",
        files.len(),
        if args.check { "not current" } else { "written" }
    ))?;
    Ok(if args.check && stale > 0 { Exit::Failed } else { Exit::Held })
}

/// Whether a file was what it must be; unless `check` it is afterwards.
fn is_current(root: &Path, file: &Generated, check: bool) -> Result<bool, Failure> {
    let path = root.join(&file.path);
    if fs::read(&path).is_ok_and(|found| found == file.text.as_bytes()) {
        return Ok(true);
    }
    if check {
        print_line(format_args!("{} is not what `cargo xtask codegen` writes", file.path.display()))?;
    } else {
        whole_file::replace(&path, file.text.as_bytes())
            .map_err(|error| Failure::environment(format!("{}: {error}", path.display())))?;
        print_line(format_args!("{}", file.path.display()))?;
    }
    Ok(false)
}
