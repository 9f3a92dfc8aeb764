//! The files of `suites/devices/`.

use quantmark_implementations::llama_cpp::NAME;
use serde::Deserialize;

const FILES: &[&str] = &[
    include_str!("../../../../suites/devices/local.toml"),
    include_str!("../../../../suites/devices/arm64.toml"),
    include_str!("../../../../suites/devices/arm64-a72.toml"),
    include_str!("../../../../suites/devices/arm64-n1.toml"),
    include_str!("../../../../suites/devices/arm64-max.toml"),
    include_str!("../../../../suites/devices/metal.toml"),
];

/// A device: what it is and how it may be reached.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceFile {
    /// The word after `--device`.
    pub name: String,
    /// What it stands for.
    pub about: String,
    /// Target triple of the program; this machine's own where absent.
    pub target: Option<String>,
    /// Backends that every such machine has.
    pub backends: Vec<String>,
    /// Backends that a command takes there where none is named; all that the machine has where it is empty.
    #[serde(default)]
    pub measured: Vec<String>,
    /// Ways to reach one, in the order they are tried.
    pub runners: Vec<RunnerKind>,
    /// What can be done where none is reached, as a clause.
    pub elsewhere: Option<String>,
    /// How QEMU imitates it.
    pub qemu: Option<Qemu>,
    /// What is checked under emulation by the project's tests.
    #[serde(default, rename = "check")]
    pub checks: Vec<Check>,
}

/// A way to reach a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunnerKind {
    /// This machine is one.
    Local,
    /// A board of the lab.
    Ssh,
    /// User-mode QEMU.
    Qemu,
}

/// How QEMU imitates a device.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qemu {
    /// The CPU model.
    pub cpu: String,
    /// Backends that it has, instead of the device's.
    pub backends: Option<Vec<String>>,
}

/// One call of `conform` in the project's tests; every list is of globs, all where absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Formats.
    #[serde(default)]
    pub formats: Vec<String>,
    /// Backends.
    #[serde(default)]
    pub backends: Vec<String>,
    /// Levels.
    #[serde(default)]
    pub levels: Vec<String>,
    /// Operations.
    #[serde(default)]
    pub operations: Vec<String>,
    /// Cases.
    #[serde(default)]
    pub cases: Vec<String>,
    /// Whether llama.cpp's libraries are asked instead of the reference files.
    #[serde(default)]
    pub against: bool,
    /// Inputs a format that they are asked about.
    pub inputs: Option<u32>,
}

impl Check {
    /// The arguments of `conform`.
    pub fn arguments(&self) -> Vec<String> {
        let mut words = vec!["conform".to_owned()];
        for (option, globs) in [
            ("--format", &self.formats),
            ("--backend", &self.backends),
            ("--level", &self.levels),
            ("--operation", &self.operations),
            ("--case", &self.cases),
        ] {
            if !globs.is_empty() {
                words.push(option.to_owned());
                words.extend(globs.iter().cloned());
            }
        }
        if self.against {
            words.extend(["--against", NAME, "--seed", "1"].map(str::to_owned));
            words.extend(self.inputs.iter().flat_map(|inputs| ["--inputs".to_owned(), inputs.to_string()]));
        }
        words
    }
}

/// Every device of `suites/devices/`.
pub fn device_files() -> Vec<DeviceFile> {
    FILES.iter().map(|text| toml::from_str(text).expect("device files are checked by a test")).collect()
}

#[cfg(test)]
mod tests {
    use quantmark_kernels::Backend;

    use super::*;
    use quantmark_conformance::filter::{Filter, Matcher};

    #[test]
    fn files_are_well_formed() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../suites/devices");
        let files = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
        let mut names: Vec<String> = files
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        names.sort();
        let mut known: Vec<String> = device_files().into_iter().map(|device| device.name).collect();
        known.sort();
        assert_eq!(names, known, "every file is read, and named as its device");
        for device in device_files() {
            let emulated = device.qemu.iter().flat_map(|qemu| qemu.backends.iter().flatten());
            for backend in device.backends.iter().chain(emulated) {
                backend.parse::<Backend>().unwrap();
            }
            assert!(device.measured.iter().all(|name| device.backends.contains(name)), "{}", device.name);
            assert_eq!(device.runners.contains(&RunnerKind::Qemu), device.qemu.is_some(), "{}", device.name);
            for check in &device.checks {
                let filter = Filter {
                    formats: check.formats.clone(),
                    levels: check.levels.clone(),
                    operations: check.operations.clone(),
                    cases: check.cases.clone(),
                };
                assert!(Matcher::new(&filter).is_ok(), "{}", device.name);
            }
        }
    }
}
