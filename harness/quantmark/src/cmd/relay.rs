//! A command's own words, as the program on another device is given them: all that were said here, unless an argument is
//! known to be about this side.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

use super::Failure;
use super::on_device::Site;

/// What becomes of an argument on its way.
pub enum Role {
    /// It goes as it is.
    Goes,
    /// It is about this side only.
    Stays,
    /// It names a file or folder of this machine, which is taken there.
    Carried,
    /// Other values go, those of its place there; none, and it does not go.
    Instead(Vec<String>),
}

/// The words after the command's name, from those that this program was started with; `role` tells what becomes of an
/// argument by its name.
///
/// # Errors
/// A word is not UTF-8.
pub fn words<A: clap::Args>(site: &mut Site, role: impl Fn(&str) -> Role) -> Result<Vec<String>, Failure> {
    said::<A>(std::env::args_os().skip(2), role, &mut |path| site.carry(path))
}

fn said<A: clap::Args>(
    words: impl Iterator<Item = OsString>,
    role: impl Fn(&str) -> Role,
    carry: &mut dyn FnMut(&Path) -> String,
) -> Result<Vec<String>, Failure> {
    let command = A::augment_args(Command::new("relayed").no_binary_name(true));
    let matches = command.clone().get_matches_from(words);
    let mut relayed = Vec::new();
    for argument in command.get_arguments() {
        let id = argument.get_id().as_str();
        let Some(long) = argument.get_long() else { continue };
        let was_said = matches.value_source(id) == Some(ValueSource::CommandLine);
        let values = match role(id) {
            Role::Stays => continue,
            Role::Instead(values) => values,
            _ if !was_said => continue,
            _ if !argument.get_action().takes_values() => {
                relayed.push(format!("--{long}"));
                continue;
            }
            Role::Goes => raw(&matches, id).map(|word| text(long, word)).collect::<Result<_, _>>()?,
            Role::Carried => raw(&matches, id).map(|word| carry(&PathBuf::from(word))).collect(),
        };
        if !values.is_empty() {
            relayed.push(format!("--{long}"));
            relayed.extend(joined(argument, values));
        }
    }
    Ok(relayed)
}

fn raw<'m>(matches: &'m ArgMatches, id: &str) -> impl Iterator<Item = &'m OsStr> {
    matches.get_raw(id).into_iter().flatten()
}

fn text(long: &str, word: &OsStr) -> Result<String, Failure> {
    let text = word.to_str().ok_or_else(|| Failure::usage(format!("--{long} {}: not UTF-8", word.display())));
    text.map(str::to_owned)
}

/// Several values as the argument takes them: in one word where it splits words.
fn joined(argument: &Arg, values: Vec<String>) -> Vec<String> {
    match argument.get_value_delimiter() {
        Some(delimiter) => vec![values.join(&delimiter.to_string())],
        None => values,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(clap::Args)]
    struct Sample {
        #[arg(long, value_delimiter = ',')]
        suite: Vec<String>,
        #[arg(long, num_args = 1..)]
        case: Vec<String>,
        #[arg(long)]
        reference: Vec<PathBuf>,
        #[arg(long)]
        device: Option<String>,
        #[arg(long, default_value_t = 24)]
        inputs: usize,
        #[arg(long)]
        json: bool,
        #[arg(long)]
        expect: Vec<String>,
    }

    #[test]
    fn whatever_is_said_goes_unless_it_is_about_this_side() {
        let words = "--device pi --json --suite dot,quick --case a b --reference here/x".split(' ').map(OsString::from);
        let role = |id: &str| match id {
            "device" => Role::Stays,
            "reference" => Role::Carried,
            "expect" => Role::Instead(vec!["neon".to_owned()]),
            _ => Role::Goes,
        };
        let words = said::<Sample>(words, role, &mut |path| format!("there/{}", path.display())).unwrap();
        assert_eq!(words.join(" "), "--suite dot,quick --case a b --reference there/here/x --json --expect neon");
    }
}
