//! Which backend's kernels really ran: a count that tests read. Builds without debug assertions do not count.

use std::cell::Cell;

use crate::backend::Backend;

thread_local! {
    static CALLS: [Cell<u64>; Backend::ALL.len()] = const { [const { Cell::new(0) }; Backend::ALL.len()] };
}

/// Counts a call of a kernel of the backend.
#[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn count(backend: Backend) {
    if cfg!(debug_assertions) {
        CALLS.with(|calls| calls[backend.index()].update(|calls| calls + 1));
    }
}

/// Kernels of the backend that this thread has called; always 0 in builds without debug assertions.
pub(crate) fn calls(backend: Backend) -> u64 {
    CALLS.with(|calls| calls[backend.index()].get())
}
