//! `devices`, `doctor`, and the words around `--device`.

use std::process::{Command, Output};

fn quantmark(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quantmark"))
        .args(arguments)
        .env("QUANTMARK_DATA", std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-data"))
        .output()
        .unwrap()
}

fn json(arguments: &[&str]) -> serde_json::Value {
    serde_json::from_slice(&quantmark(arguments).stdout).unwrap()
}

#[test]
fn devices_say_what_can_run_and_why_not() {
    let document = json(&["devices", "--json"]);
    let devices = document["devices"].as_array().unwrap();
    let local = devices.iter().find(|device| device["name"] == "local").unwrap();
    assert_eq!((&local["runner"], &local["missing"]), (&"local".into(), &serde_json::Value::Null));
    for name in ["arm64", "arm64-a72", "arm64-n1", "arm64-max"] {
        assert!(devices.iter().any(|device| device["name"] == name), "{name}");
    }
    let plain = quantmark(&["devices"]);
    assert_eq!(String::from_utf8_lossy(&plain.stdout).lines().count(), devices.len());
}

#[test]
fn doctor_names_the_command_that_installs_what_is_missing() {
    let document = json(&["doctor", "--json"]);
    for need in document["needs"].as_array().unwrap() {
        assert!(need["found"].is_string() != need["missing"].is_string(), "{need}");
        assert!(need["install"].as_str().is_some_and(|command| !command.is_empty()), "{need}");
    }
    let bare = Command::new(env!("CARGO_BIN_EXE_quantmark")).arg("doctor").env("PATH", "/nowhere").output().unwrap();
    let said = String::from_utf8_lossy(&bare.stdout);
    assert_eq!(bare.status.code(), Some(3), "{said}");
    assert!(said.contains("apt-get install --no-install-recommends qemu-user-static"), "{said}");
}

#[test]
fn wrong_words_have_their_codes_and_one_line() {
    for (arguments, code, said) in [
        (&["conform", "--device", "vax"][..], 2, "no such device; expected one of local, arm64"),
        (&["bench", "--device", "vax"], 2, "no such device"),
        (&["bench", "--device", "metal"], 3, "conform --backend metal-emulated` checks its shaders on any machine"),
        (&["conform", "--device", "local", "--host=-oProxyCommand=x"], 2, "expected the name of a host"),
        (&["conform", "--device", "local", "--lab", "/nonexistent"], 2, "/nonexistent: "),
        (&["conform", "--expect", "metal,sse"], 2, "unknown backend `sse`"),
    ] {
        if cfg!(target_vendor = "apple") && arguments.contains(&"metal") {
            continue; // That is this machine.
        }
        let output = quantmark(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
        assert!(errors.lines().last().unwrap().contains(said), "{arguments:?}: {errors}");
    }
}

#[test]
fn this_machine_as_a_device_is_this_machine() {
    let words = ["conform", "--no-reference", "--format", "q8_0", "--backend", "scalar", "--level", "L0", "--json"];
    let plain = json(&words);
    let named = json(&[&words[..], &["--device", "local"]].concat());
    assert_eq!(plain["summary"], named["summary"]);
}
