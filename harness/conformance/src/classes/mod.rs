//! Cases that need no reference: one module a class, each with its parameters in `suites/conformance/`.

mod agreement;
mod alignment;
mod call;
mod code_points;
mod determinism;
mod guards;
mod independence;
mod integers;
mod layout;
mod only_a_mac;
mod overwrite;
mod scaling;
mod shape;
mod sizes;
mod special_scales;
mod suite;

use quantmark_implementations::metal::EMULATED;
use quantmark_kernels::{Backend, Format};

use super::case::Case;

/// Every generated case of a format that applies to a backend.
pub fn cases(format: Format, backend: &str) -> Vec<Case> {
    let mut all = layout::cases(format);
    all.extend(code_points::cases(format));
    if backend != Backend::Scalar.name() {
        all.extend(agreement::cases(format));
    }
    if backend == EMULATED {
        all.push(only_a_mac::case(format));
    }
    all.extend(integers::cases(format));
    all.extend(special_scales::cases(format));
    all.extend(sizes::cases(format));
    all.extend(alignment::cases(format));
    all.extend(guards::cases(format));
    all.extend(overwrite::cases(format));
    all.extend(independence::cases(format));
    all.extend(scaling::cases(format));
    all.extend(determinism::cases(format));
    all
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use quantmark_kernels::Format;

    #[test]
    fn ids_are_unique() {
        for &format in Format::ALL {
            let cases = super::cases(format, "avx2");
            let ids: HashSet<String> = cases.iter().map(|case| case.id("avx2")).collect();
            assert_eq!(ids.len(), cases.len(), "{format}");
        }
    }
}
