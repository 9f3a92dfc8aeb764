//! The ssh runner against a real server: copying, running, fetching, clearing up, and what is lost on the way.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use quantmark_lab::runner;
use quantmark_lab::runner::{Call, Job, Payload, Runner, RunnerError, Ssh};
use quantmark_record::Record;

use crate::server::Server;

const MINUTE: Duration = Duration::from_secs(60);

/// Names from outside may hold anything that a file name can.
const NAME: &str = "it's $(touch nowhere); `rm -rf x` \"&\" -rf";

fn payload() -> Payload {
    Payload {
        program: env!("CARGO_BIN_EXE_quantmark").into(),
        data: Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-data"),
        oracle: None,
        extra: Vec::new(),
    }
}

/// A payload that is quickly sent: the program is a script.
fn script(folder: &Path, text: &str) -> Payload {
    let (program, data) = (folder.join("program.sh"), folder.join("data"));
    fs::write(&program, text).unwrap();
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("a 'file'"), "contents").unwrap();
    Payload { program, data, oracle: None, extra: Vec::new() }
}

fn job(arguments: &[&str]) -> Job {
    let always = ["--backend", "scalar", "--against", "none", "--suite", "quick", "--device-name", NAME];
    let arguments = always.iter().chain(arguments).map(|word| (*word).to_owned()).collect();
    Job { arguments, limit: 20 * MINUTE, resume: false }
}

fn wait_for(what: &str, ready: impl Fn() -> bool) {
    let start = Instant::now();
    while !ready() {
        assert!(start.elapsed() < 5 * MINUTE, "waited for {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Results in the record of a run under way.
fn results(record: &Path) -> usize {
    fs::read(record).map_or(0, |bytes| bytes.iter().filter(|&&byte| byte == b'\n').count())
}

#[test]
fn words_files_and_codes_come_through_and_nothing_stays() {
    let Some(server) = Server::start() else { return };
    let root = tempfile::tempdir().unwrap();
    let there = root.path().join("there").join(NAME);
    let ssh = Ssh::new(server.address(), there.to_str().unwrap(), NAME, MINUTE);
    let here = Command::new("uname").arg("-sm").output().unwrap().stdout;
    assert_eq!(ssh.probe().unwrap(), String::from_utf8(here).unwrap().trim(), "{}", server.log());
    let text = "#!/bin/sh\ncat \"$QUANTMARK_DATA/a 'file'\"; echo; printf '%s|' \"$@\" \"$QUANTMARK_DEVICE\"\nexit 4\n";
    let payload = script(root.path(), text);
    ssh.deploy(&payload).unwrap();
    let arguments = vec![NAME.to_owned(), String::new(), "two\nlines".to_owned()];
    let ended = ssh.run(&Call { arguments, limit: MINUTE }).unwrap();
    assert_eq!(String::from_utf8(ended.output).unwrap(), format!("contents\n{NAME}||two\nlines|{NAME}|"));
    assert_eq!(ended.code, 4);

    let file = root.path().join("sent");
    fs::write(&file, [0, 1, 2, 255, b'\n', 0]).unwrap();
    ssh.send(&file, &format!("run/{NAME}")).unwrap();
    let back = root.path().join("back");
    assert!(ssh.fetch(&format!("run/{NAME}"), &back).unwrap());
    assert_eq!(fs::read(&back).unwrap(), fs::read(&file).unwrap());
    assert!(!ssh.fetch("nothing", &back).unwrap());
    ssh.clean().unwrap();
    assert!(!there.exists());
    assert!(!Path::new("nowhere").exists());
}

#[test]
fn what_takes_too_long_is_ended() {
    let Some(server) = Server::start() else { return };
    let root = tempfile::tempdir().unwrap();
    let there = root.path().join("there");
    let ssh = Ssh::new(server.address(), there.to_str().unwrap(), "d", MINUTE);
    let pid = root.path().join("pid");
    ssh.deploy(&script(root.path(), &format!("#!/bin/sh\necho $$ >'{}'\nexec sleep 600\n", pid.display()))).unwrap();
    let ended = ssh.run(&Call { arguments: Vec::new(), limit: Duration::from_secs(10) });
    assert!(matches!(ended, Err(RunnerError::OutOfTime { .. })), "{ended:?}");
    let pid = fs::read_to_string(pid).unwrap();
    wait_for("the program's end", || !Path::new("/proc").join(pid.trim()).exists());
    ssh.clean().unwrap();
}

#[test]
fn a_machine_out_of_reach_is_said_to_be() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = quantmark_lab::runner::Address::new("127.0.0.1").unwrap().at_port(port);
    let error = Ssh::new(address, "x", "d", Duration::ZERO).probe().unwrap_err();
    assert!(matches!(error, RunnerError::Unreachable { .. }), "{error}");
    assert_eq!(error.to_string().lines().count(), 1);
}

#[test]
fn a_lost_connection_and_a_killed_program_lose_nothing() {
    let Some(server) = Server::start() else { return };
    let root = tempfile::tempdir().unwrap();
    let there = root.path().join("there");
    let here = root.path().join("here/run.jsonl");
    let written = there.join("run/run.jsonl");
    let ssh = Ssh::new(server.address(), there.to_str().unwrap(), "d", MINUTE);
    let code = thread::scope(|scope| {
        let run = scope.spawn(|| runner::record(&ssh, &payload(), &job(&["--format", "q4_0,q4_K,iq2_xs"]), &here));
        wait_for("the first results", || results(&written) > 20);
        server.cut();
        let cut_at = results(&written);
        wait_for("results without a connection", || results(&written) > cut_at + 5 || run.is_finished());
        assert!(!run.is_finished(), "the run must still be under way to be killed: choose more formats");
        // The shell around the program goes first, as when the machine loses power.
        let shell = fs::read_to_string(there.join("call.pid")).unwrap();
        let kill = "c=$(ps -o pid= --ppid $1); kill -9 $1 $c";
        assert!(Command::new("sh").args(["-c", kill, "sh", shell.trim()]).status().unwrap().success());
        run.join().unwrap()
    });
    assert_eq!(code.unwrap(), 0, "{}", server.log());
    let record = Record::read(&here).unwrap();
    assert!(record.is_complete());
    assert_eq!(record.resumed.len(), 1, "the killed program went on with its record");
    assert_eq!(record.header.environment.device, NAME);
    assert_eq!(record.failures().count(), 0);
    assert!(!there.exists(), "the working folder is cleared away");
}

#[test]
fn a_board_is_named_by_the_lab_file_and_benched_from_the_command_line() {
    let Some(server) = Server::start() else { return };
    let root = tempfile::tempdir().unwrap();
    let lab = server.lab_file("board 1", "local", &root.path().join("runs"));
    let out = root.path().join("out");
    let command = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_quantmark"))
            .args(arguments)
            .args(["--device", "board 1", "--format", "q8_0", "--backend", "scalar", "--lab"])
            .arg(&lab)
            .env("QUANTMARK_DATA", payload().data)
            .output()
            .unwrap()
    };
    let bench = command(&["bench", "--suite", "quick", "--against", "none", "--out", out.to_str().unwrap()]);
    let errors = String::from_utf8_lossy(&bench.stderr);
    assert_eq!(bench.status.code(), Some(0), "{errors}");
    assert!(errors.starts_with("board 1: ssh, 127.0.0.1 is a board of local\n"), "{errors}");
    assert_eq!(Record::read(&out.join("run.jsonl")).unwrap().header.environment.device, "board 1");
    assert!(out.join("index.html").is_file());
    let left: Vec<PathBuf> =
        fs::read_dir(root.path().join("runs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.is_empty(), "{left:?}");

    let conform = command(&["conform", "--level", "L0", "--json"]);
    assert_eq!(conform.status.code(), Some(0), "{}", String::from_utf8_lossy(&conform.stderr));
    let document: serde_json::Value = serde_json::from_slice(&conform.stdout).unwrap();
    assert!(document["summary"]["pass"].as_u64() > Some(0), "{document}");
}
