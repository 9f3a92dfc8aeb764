//! Threads that watch for work instead of going to sleep.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::Yield;

/// Does work of many short parts on the threads of the pool that it runs in, which stay awake until it is done: waking a
/// thread takes longer than what it does for one matrix of a small model. Those of llama.cpp watch as well.
pub(super) fn awake<R>(work: impl FnOnce() -> R) -> R {
    /// Also set where the work panics, or threads would watch for ever.
    struct Done<'a>(&'a AtomicBool);
    impl Drop for Done<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Release);
        }
    }

    let done = AtomicBool::new(false);
    let worker = rayon::current_thread_index();
    rayon::in_place_scope(|scope| {
        scope.spawn_broadcast(|_, context| {
            while Some(context.index()) != worker && !done.load(Ordering::Acquire) {
                if rayon::yield_now() != Some(Yield::Executed) {
                    std::hint::spin_loop();
                }
            }
        });
        let _done = Done(&done);
        work()
    })
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use rayon::prelude::*;

    use super::awake;

    fn pool() -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap()
    }

    #[test]
    fn work_is_shared_and_its_result_comes_back() {
        let sum: u64 = pool().install(|| awake(|| (0..1000u64).into_par_iter().map(|x| x * x).sum()));
        assert_eq!(sum, 332_833_500);
    }

    #[test]
    fn a_panic_lets_the_threads_go() {
        let pool = pool();
        let caught = catch_unwind(AssertUnwindSafe(|| pool.install(|| awake(|| panic!("as planned")))));
        assert!(caught.is_err());
        assert_eq!(pool.install(|| awake(|| 7)), 7);
    }
}
