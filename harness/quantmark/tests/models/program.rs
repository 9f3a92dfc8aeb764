//! Running the program.

use std::process::{Command, Output};

/// What a run said, and how it ended.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The program with these arguments.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quantmark"));
    command.args(arguments);
    command
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Said {
    said(&command(arguments).output().unwrap())
}

/// Runs the program, which must refuse; returns the one line that says why, the folder's name taken out.
pub fn refused(arguments: &[&str], code: i32, folder: &str) -> String {
    let said = run(arguments);
    assert_eq!((said.code, said.out.as_str()), (Some(code), ""), "{}", said.err);
    format!("{}\n", error_line(&said).replace(&format!("{folder}/"), "").replace(folder, "FOLDER"))
}

/// The one line that says why; what comes before it tells of progress.
pub fn error_line(said: &Said) -> &str {
    let lines: Vec<&str> = said.err.lines().skip_while(|line| !line.starts_with("error: ")).collect();
    assert_eq!(lines.len(), 1, "{}", said.err);
    lines[0]
}

/// What a run that has ended said.
pub fn said(output: &Output) -> Said {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}
