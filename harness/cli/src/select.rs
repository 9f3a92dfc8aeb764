//! Choosing formats and backends by name or glob.

use std::fmt::Display;

use quantmark_conformance::filter::Patterns;
use quantmark_fault::Failure;
use quantmark_implementations::metal::{EMULATED, EMULATED_WORD};
use quantmark_kernels::{Available, Backend, Format, Registered};
use quantmark_metal_emulator::Compiler;

/// The formats that any of the globs matches, in the order of tables; all without globs.
///
/// # Errors
/// A glob is malformed or matches no format.
pub fn formats(globs: &[String]) -> Result<Vec<Format>, Failure> {
    choose("format", globs, Format::ALL.iter().copied())
}

/// The backends of this machine that any of the globs matches; all of them without globs.
///
/// # Errors
/// A glob is malformed or matches no backend, or a backend is named that this machine lacks.
pub fn backends(globs: &[String]) -> Result<Vec<Backend>, Failure> {
    let chosen = choose("backend", globs, Backend::ALL.iter().copied())?;
    let mut here = Vec::new();
    for backend in chosen {
        match backend.detect() {
            Ok(_) => here.push(backend),
            Err(reason) if globs.iter().any(|glob| glob == backend.name()) => return Err(Failure::environment(reason)),
            Err(_) => {}
        }
    }
    if here.is_empty() {
        return Err(Failure::nothing_ran(format!("this machine has no backend that matches {}", globs.join(" "))));
    }
    Ok(here)
}

/// Makes sure of the backends that the device must have. One of which this program has no kernel yet is said.
///
/// # Errors
/// There is no such backend, or this machine lacks one.
pub fn expect(names: &[String]) -> Result<(), Failure> {
    for name in names {
        let backend: Backend = name.parse().map_err(|error| Failure::usage(format!("--expect: {error}")))?;
        let built = Format::ALL.iter().any(|&format| Registered::find(format, backend).is_some());
        match backend.detect() {
            Ok(_) => {}
            Err(reason) if built => {
                return Err(Failure::environment(format!("{reason}, but the device must have it")));
            }
            Err(_) => eprintln!("{backend}: the device has it, this program has no kernel of it"),
        }
    }
    Ok(())
}

/// The strongest backend that models are run and made with: that of `QUANTMARK_BACKEND` where it is set, clamped to what
/// the CPU has, else the strongest that it has.
///
/// # Errors
/// The variable names no backend of CPUs.
pub fn tier() -> Result<Available, Failure> {
    let Some(name) = std::env::var_os("QUANTMARK_BACKEND").filter(|name| !name.is_empty()) else {
        return Ok(Available::strongest(None));
    };
    let named = Backend::CPU.iter().copied().find(|backend| name == backend.name());
    let limit = named.ok_or_else(|| {
        let known: Vec<&str> = Backend::CPU.iter().map(|backend| backend.name()).collect();
        Failure::usage(format!("QUANTMARK_BACKEND={}: expected one of {}", name.display(), known.join(" ")))
    })?;
    Ok(Available::strongest(Some(limit)))
}

/// Whether a word asks for the shaders in the emulator: by their own name, or as `metal` where there is no GPU.
///
/// # Errors
/// It does, and the emulator lacks its compiler.
pub fn is_emulated(word: &str) -> Result<bool, Failure> {
    let is_metal = word == Backend::Metal.name() && Backend::Metal.detect().is_err();
    if !is_metal && word != EMULATED_WORD && word != EMULATED {
        return Ok(false);
    }
    Compiler::find().map_err(Failure::environment)?;
    Ok(true)
}

fn choose<T: Copy + Display>(
    what: &str,
    globs: &[String],
    all: impl Iterator<Item = T> + Clone,
) -> Result<Vec<T>, Failure> {
    for glob in globs {
        let pattern = Patterns::new(std::slice::from_ref(glob)).map_err(Failure::usage)?;
        if !all.clone().any(|item| pattern.admit(&item.to_string())) {
            let known: Vec<String> = all.map(|item| item.to_string()).collect();
            return Err(Failure::usage(format!(
                "--{what} {glob}: no such {what}; expected one of {}",
                known.join(" ")
            )));
        }
    }
    let patterns = Patterns::new(globs).map_err(Failure::usage)?;
    Ok(all.filter(|item| patterns.admit(&item.to_string())).collect())
}

#[cfg(test)]
mod tests {
    use quantmark_kernels::Format;

    use super::{backends, formats};

    #[test]
    fn globs_choose_in_the_order_of_tables() {
        let globs = ["IQ4*".to_owned(), "q2_k".to_owned()];
        assert_eq!(formats(&globs).unwrap(), [Format::Q2_K, Format::IQ4_NL, Format::IQ4_XS]);
        assert_eq!(formats(&[]).unwrap(), Format::ALL);
    }

    #[test]
    fn what_matches_nothing_is_named() {
        let failure = formats(&["q9_0".to_owned()]).unwrap_err();
        assert!(failure.message.starts_with("--format q9_0: no such format; expected one of f32 f16"), "{failure}");
        assert!(backends(&["sse9".to_owned()]).is_err());
    }
}
