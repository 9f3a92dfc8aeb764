//! `hostile`: files that have broken readers of GGUF, for whoever writes one.

use std::fs;
use std::path::{Path, PathBuf};

use quantmark_cli::output::print_line;
use quantmark_containers::gguf::GgufFile;
use quantmark_containers::gguf::hostile::{Hostile, classes, truncations, valid};
use quantmark_files::shown::shown_path;
use quantmark_files::whole_file;
use serde_json::json;

use super::{Exit, Failure};

/// Arguments of `hostile`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Folder to write to: a file for each kind of mistake, a valid one for contrast, and `index.json`, which says what
    /// each hunts and how our reader refuses it
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Writes the files.
///
/// # Errors
/// The folder cannot be written to.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let refused = |path: &Path, error| Failure::environment(format!("{}: {error}", shown_path(path)));
    fs::create_dir_all(&args.out).map_err(|error| refused(&args.out, error))?;
    let cut = truncations().map(|bytes| Hostile {
        name: format!("cut_to_{}_bytes", bytes.len()),
        hunts: "a file that ends early".to_owned(),
        bytes,
    });
    let contrast =
        Hostile { name: "valid".to_owned(), hunts: "a reader that refuses everything".to_owned(), bytes: valid() };
    let mut index = Vec::new();
    for file in [contrast].into_iter().chain(classes()).chain(cut) {
        let name = format!("{}.gguf", file.name);
        let path = args.out.join(&name);
        whole_file::replace(&path, &file.bytes).map_err(|error| refused(&path, error))?;
        let refusal = GgufFile::from_bytes(&name, file.bytes).err().map(|error| error.to_string());
        index.push(json!({ "file": name, "hunts": file.hunts, "refused_with": refusal }));
    }
    let path = args.out.join("index.json");
    let text = format!("{:#}\n", json!({ "files": index }));
    whole_file::replace(&path, text.as_bytes()).map_err(|error| refused(&path, error))?;
    print_line(format_args!("{} files in {}", index.len(), shown_path(&args.out)))?;
    Ok(Exit::Held)
}
