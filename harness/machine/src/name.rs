//! Names: of the device, its CPU, its operating system.

use std::env;

use sysinfo::System;

pub(super) fn device() -> String {
    let lab = env::var("QUANTMARK_DEVICE").ok().filter(|name| !name.trim().is_empty());
    lab.or_else(System::host_name).unwrap_or_else(|| "unnamed".to_owned())
}

/// The CPU's model; machines with several kinds of cores name each once.
pub(super) fn cpu(system: &System) -> String {
    let mut models: Vec<&str> = Vec::new();
    for cpu in system.cpus() {
        let model = cpu.brand().trim();
        if !model.is_empty() && !models.contains(&model) {
            models.push(model);
        }
    }
    if models.is_empty() { System::cpu_arch() } else { models.join(" + ") }
}

pub(super) fn system() -> String {
    let name = System::long_os_version().or_else(System::name).unwrap_or_else(|| env::consts::OS.to_owned());
    match System::kernel_version() {
        Some(kernel) => format!("{name}, kernel {kernel}"),
        None => name,
    }
}
