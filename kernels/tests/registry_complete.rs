//! The scalar backend has no hole: every operation that a format's row in `SPECS` promises is there, and no other.

use quantmark_kernels::{Backend, Format, Importance, Operation, Registered};

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
