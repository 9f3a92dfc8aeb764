//! The scalar backend has no hole: every operation that a format's row in `SPECS` promises is there, and no other.

use quantmark_kernels::{Backend, Format, Importance, Operation, Registered, listed};

fn promised(format: Format, operation: Operation) -> bool {
    let spec = format.spec();
    match operation {
        Operation::Dequantize => true,
        Operation::Quantize => spec.importance != Importance::Required,
        Operation::QuantizeWeighted => spec.importance != Importance::Ignored,
        Operation::Dot | Operation::Matvec | Operation::Matmul => spec.activation.is_some(),
    }
}

#[test]
fn scalar_has_what_specs_promise() {
    let mut wrong = Vec::new();
    for &format in Format::ALL {
        let kernels = Registered::find(format, Backend::Scalar);
        for &operation in Operation::ALL {
            let has = kernels.is_some_and(|kernels| kernels.supports(operation));
            if has != promised(format, operation) {
                wrong.push(format!("{format} {operation}: {}", if has { "not promised" } else { "missing" }));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_backend_has_a_format_or_lacks_it_but_never_an_empty_row() {
    for &format in Format::ALL {
        for kernels in Backend::ALL.iter().filter_map(|&backend| Registered::find(format, backend)) {
            assert!(Operation::ALL.iter().any(|&operation| kernels.supports(operation)), "{format}");
        }
    }
}

#[test]
fn what_is_built_for_this_architecture_has_the_operations_of_scalar() {
    for &format in Format::ALL {
        for &backend in Backend::ALL {
            let Some(kernels) = Registered::find(format, backend) else { continue };
            assert!(listed(format, backend), "{format} on {backend}");
            for &operation in Operation::ALL {
                assert_eq!(
                    kernels.supports(operation),
                    promised(format, operation),
                    "{format} {operation} on {backend}"
                );
            }
        }
    }
}

#[test]
fn every_format_is_listed_for_the_processors_of_both_architectures() {
    let backends = [Backend::Avx2, Backend::Avx512, Backend::Neon, Backend::NeonDotprod, Backend::NeonI8mm];
    for &format in Format::ALL {
        for backend in backends {
            assert!(listed(format, backend), "{format} on {backend}");
        }
    }
    let own = if cfg!(target_arch = "aarch64") { &backends[2..] } else { &backends[..2] };
    if cfg!(any(target_arch = "aarch64", target_arch = "x86_64")) {
        for &backend in own {
            assert!(Format::ALL.iter().all(|&format| Registered::find(format, backend).is_some()), "{backend}");
        }
    }
}
