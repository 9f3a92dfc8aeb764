//! What machine this is, and its processes and signals: as far as the system tells, never guessed.

mod build;
mod caches;
mod conditions;
mod emulation;
mod features;
mod name;
pub mod on_path;
pub mod own;
pub mod process;
mod program;
pub mod shell;
pub mod signal;
pub mod target;

use std::sync::OnceLock;

use quantmark_record::schema::Environment;
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

pub use build::Build;
use quantmark_record::conditions::Conditions;

/// Describes the machine and the program's `build`. `device` is the lab's name of the machine; without one it is that of the
/// variable `QUANTMARK_DEVICE`, or the host's.
pub fn environment(device: Option<&str>, build: &Build) -> Environment {
    let system = System::new_with_specifics(
        RefreshKind::nothing()
            .with_cpu(CpuRefreshKind::nothing().with_frequency())
            .with_memory(MemoryRefreshKind::nothing().with_ram()),
    );
    let cpu = name::cpu(&system);
    let emulated = emulation::detect(&cpu);
    let emulator = own::emulator();
    let logical_cores = system.cpus().len();
    let Conditions { clock_mhz, temperature, load } = conditions();
    Environment {
        device: device.map_or_else(name::device, str::to_owned),
        target: target::OURS.to_owned(),
        emulated,
        // What the system tells of its CPU is then the emulator's host.
        cpu: emulator.clone().unwrap_or(cpu),
        features: features::detect().into_iter().map(str::to_owned).collect(),
        physical_cores: System::physical_core_count().unwrap_or(logical_cores),
        logical_cores,
        caches: if emulator.is_some() { Vec::new() } else { caches::data() },
        memory: system.total_memory(),
        os: name::system(),
        governor: conditions::governor().filter(|_| emulator.is_none()),
        clock_mhz,
        temperature,
        load,
        compiler: build.compiler.to_owned(),
        flags: build.flags.to_owned(),
        commit: build.commit.map(str::to_owned),
        dirty: build.dirty,
        program: program::checksum(),
    }
}

/// Whether an emulator runs the program: its timings are then no speed.
pub fn emulated() -> bool {
    static EMULATED: OnceLock<bool> = OnceLock::new();
    *EMULATED.get_or_init(|| emulation::detect(&cpu()))
}

/// The CPU's model, as the system tells it.
pub fn cpu() -> String {
    name::cpu(&System::new_with_specifics(RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing())))
}

/// Data caches in bytes, smallest first.
pub fn caches() -> Vec<u64> {
    caches::data()
}

/// What changes while the machine works: taken at the start, the end, and wherever a run goes on.
/// Under a user-mode emulator the clock and the sensors are another machine's.
pub fn conditions() -> Conditions {
    let (clock_mhz, temperature) =
        if own::emulator().is_some() { (None, None) } else { (conditions::clock_mhz(), conditions::temperature()) };
    Conditions { clock_mhz, temperature, load: conditions::load() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_described() {
        let build = Build { compiler: "rustc 1", flags: "profile=dev", commit: None, dirty: None };
        let environment = environment(Some("bench <1>"), &build);
        assert_eq!(environment.device, "bench <1>");
        assert!(environment.target.contains('-'), "{environment:?}");
        assert_eq!((environment.compiler.as_str(), environment.flags.as_str()), ("rustc 1", "profile=dev"));
        assert!(!environment.cpu.is_empty() && !environment.os.is_empty(), "{environment:?}");
        assert!(environment.logical_cores >= environment.physical_cores.min(1), "{environment:?}");
        assert!(environment.memory > 0);
        assert!(environment.caches.is_sorted());
        assert_eq!(environment.commit.is_some(), environment.dirty.is_some());
        assert_eq!(environment.program.map(|hex| hex.len()), Some(64));
    }
}
