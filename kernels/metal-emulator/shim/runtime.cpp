#include "runtime.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/common_interface_defs.h>
#define MSL_SANITIZED 1
#else
#define MSL_SANITIZED 0
#endif

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace msl {

Group *group;
Lane *lane;

namespace {

struct Constant {
    void *value;
    size_t bytes;
};

std::map<std::string, void (*)()> &kernels() {
    static auto *table = new std::map<std::string, void (*)()>;
    return *table;
}

std::map<unsigned, Constant> &constants() {
    static auto *table = new std::map<unsigned, Constant>;
    return *table;
}

std::string name_of(const Place &place) {
    return std::string(place.file) + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

#if defined(__x86_64__)
// Saves the registers that a call keeps, changes stacks, and takes the others back.
extern "C" void msl_switch(void **from, void *to);
asm(R"(
.text
.p2align 4
.type msl_switch, @function
msl_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size msl_switch, .-msl_switch
)");

void prepare(Lane &fiber, void (*entry)()) {
    void **top = reinterpret_cast<void **>(fiber.stack + STACK_BYTES);
    *--top = nullptr;
    *--top = reinterpret_cast<void *>(entry);
    top -= 6;
    std::memset(top, 0, 6 * sizeof(void *));
    fiber.stack_pointer = top;
}

void change(void **from, void *to) { msl_switch(from, to); }
#else
void prepare(Lane &fiber, void (*entry)()) {
    auto *context = static_cast<ucontext_t *>(fiber.stack_pointer);
    if (context == nullptr) {
        context = new ucontext_t;
        fiber.stack_pointer = context;
    }
    getcontext(context);
    context->uc_stack.ss_sp = fiber.stack;
    context->uc_stack.ss_size = STACK_BYTES;
    context->uc_link = nullptr;
    makecontext(context, entry, 0);
}

void change(void **from, void *to) {
    if (*from == nullptr) {
        *from = new ucontext_t;
    }
    swapcontext(static_cast<ucontext_t *>(*from), static_cast<ucontext_t *>(to));
}
#endif

#if MSL_SANITIZED
const void *scheduler_stack = nullptr;
size_t scheduler_bytes = 0;
void *scheduler_fake = nullptr;
#endif

void back_to_scheduler() {
#if MSL_SANITIZED
    __sanitizer_start_switch_fiber(lane->state == State::done ? nullptr : &lane->sanitizer_stack, scheduler_stack,
                                   scheduler_bytes);
#endif
    change(&lane->stack_pointer, group->scheduler);
#if MSL_SANITIZED
    __sanitizer_finish_switch_fiber(lane->sanitizer_stack, &scheduler_stack, &scheduler_bytes);
#endif
}

void enter() {
#if MSL_SANITIZED
    __sanitizer_finish_switch_fiber(nullptr, &scheduler_stack, &scheduler_bytes);
#endif
    group->dispatch->kernel();
    lane->state = State::done;
    back_to_scheduler();
    __builtin_trap();
}

void resume(Lane &fiber) {
    lane = &fiber;
#if MSL_SANITIZED
    __sanitizer_start_switch_fiber(&scheduler_fake, fiber.stack, STACK_BYTES);
#endif
    change(&group->scheduler, fiber.stack_pointer);
#if MSL_SANITIZED
    __sanitizer_finish_switch_fiber(scheduler_fake, nullptr, nullptr);
#endif
}

// What a threadgroup finds in its memory is not what the one before left there.
void poison(const Guarded &memory) { std::memset(memory.data(), 0xff, memory.size()); }

/// Lets the lanes of one simdgroup run until all wait for the threadgroup or are done.
void run_simdgroup(unsigned simdgroup, const std::vector<unsigned> &order) {
    const unsigned first = simdgroup * SIMD_WIDTH;
    const unsigned end = std::min(first + SIMD_WIDTH, group->threads);
    for (;;) {
        for (unsigned i : order) {
            if (first + i < end && group->lanes[first + i].state == State::ready) {
                resume(group->lanes[first + i]);
            }
        }
        const Lane *waiting = nullptr;
        const Lane *elsewhere = nullptr;
        uint32_t active = 0;
        for (unsigned i = first; i < end; i++) {
            const Lane &each = group->lanes[i];
            if (each.state == State::at_threadgroup) {
                elsewhere = &each;
            }
            if (each.state != State::at_simdgroup) {
                continue;
            }
            if (waiting != nullptr && (waiting->place != each.place || waiting->turn != each.turn)) {
                fail("lanes of a simdgroup are in different simdgroup operations", each.place, waiting->place);
            }
            waiting = &each;
            active |= 1u << (i - first);
        }
        if (waiting == nullptr) {
            return;
        }
        if (elsewhere != nullptr) {
            fail("a simdgroup operation in divergent flow: other lanes wait at a barrier", waiting->place, elsewhere->place);
        }
        group->active[simdgroup] = active;
        for (unsigned i = first; i < end; i++) {
            if (group->lanes[i].state == State::at_simdgroup) {
                group->lanes[i].state = State::ready;
            }
        }
    }
}

void run_group(std::minstd_rand &random) {
    const unsigned simdgroups = (group->threads + SIMD_WIDTH - 1) / SIMD_WIDTH;
    for (unsigned i = 0; i < group->threads; i++) {
        Lane &each = group->lanes[i];
        each.index = i;
        each.state = State::ready;
        each.turn = 0;
        prepare(each, enter);
    }
    for (auto &array : group->arrays) {
        poison(array.second);
    }
    for (auto &argument : group->arguments) {
        poison(argument);
    }
    std::vector<unsigned> lanes(SIMD_WIDTH);
    std::vector<unsigned> order(simdgroups);
    for (unsigned i = 0; i < SIMD_WIDTH; i++) {
        lanes[i] = i;
    }
    for (unsigned i = 0; i < simdgroups; i++) {
        order[i] = i;
    }
    if (group->dispatch->order == Order::reversed) {
        std::reverse(lanes.begin(), lanes.end());
        std::reverse(order.begin(), order.end());
    }
    for (;;) {
        if (group->dispatch->order == Order::shuffled) {
            std::shuffle(lanes.begin(), lanes.end(), random);
            std::shuffle(order.begin(), order.end(), random);
        }
        for (unsigned simdgroup : order) {
            run_simdgroup(simdgroup, lanes);
        }
        const Lane *waiting = nullptr;
        unsigned count = 0;
        for (unsigned i = 0; i < group->threads; i++) {
            const Lane &each = group->lanes[i];
            if (each.state != State::at_threadgroup) {
                continue;
            }
            if (waiting != nullptr && waiting->place != each.place) {
                fail("threads of a threadgroup wait at different barriers", each.place, waiting->place);
            }
            waiting = &each;
            count++;
        }
        if (waiting == nullptr) {
            return;
        }
        if (count != group->threads) {
            fail("a barrier that not all threads of the threadgroup reach", waiting->place);
        }
        for (unsigned i = 0; i < group->threads; i++) {
            group->lanes[i].state = State::ready;
        }
    }
}

} // namespace

void fail(const std::string &what, const Place &place, const Place &other) {
    std::string message = "shader: " + what;
    if (place.line != 0) {
        message += ", at " + name_of(place);
    }
    if (other.line != 0) {
        message += " and " + name_of(other);
    }
    std::fprintf(stderr, "%s\n", message.c_str());
    std::fflush(stderr);
    _exit(70);
}

void wait(State state, const Place &place) {
    lane->state = state;
    lane->place = place;
    back_to_scheduler();
}

void *threadgroup_bytes(int id, size_t bytes) {
    auto found = group->arrays.find(id);
    if (found != group->arrays.end() && found->second.size() != bytes) {
        group->arrays.erase(found);
        found = group->arrays.end();
    }
    if (found == group->arrays.end()) {
        found = group->arrays.emplace(id, Guarded(bytes, true)).first;
        poison(found->second);
    }
    return found->second.data();
}

uint3 builtin(Source source) {
    const uint3 threads = group->dispatch->threads;
    const unsigned i = lane->index;
    const uint3 place = {i % threads.x, i / threads.x % threads.y, i / (threads.x * threads.y)};
    switch (source) {
    case Source::thread_position_in_grid: return group->position * threads + place;
    case Source::threadgroup_position_in_grid: return group->position;
    case Source::thread_position_in_threadgroup: return place;
    case Source::thread_index_in_threadgroup: return uint3(i);
    case Source::thread_index_in_simdgroup: return uint3(i % SIMD_WIDTH);
    case Source::simdgroup_index_in_threadgroup: return uint3(i / SIMD_WIDTH);
    case Source::threads_per_threadgroup: return threads;
    case Source::threadgroups_per_grid: return group->dispatch->threadgroups;
    case Source::threads_per_simdgroup: return uint3(SIMD_WIDTH);
    case Source::simdgroups_per_threadgroup: return uint3((group->threads + SIMD_WIDTH - 1) / SIMD_WIDTH);
    case Source::buffer:
    case Source::threadgroup: break;
    }
    fail("an argument that is memory was asked for as a number");
}

void *memory(Argument argument, size_t) {
    const size_t index = static_cast<size_t>(argument.index);
    if (argument.source == Source::threadgroup) {
        if (index >= group->arguments.size()) {
            fail("no threadgroup memory is set for argument " + std::to_string(index));
        }
        return group->arguments[index].data();
    }
    if (index >= group->dispatch->buffers.size()) {
        fail("no buffer is set at index " + std::to_string(index));
    }
    return group->dispatch->buffers[index];
}

RegisterKernel::RegisterKernel(const char *name, void (*kernel)()) { kernels()[name] = kernel; }

RegisterConstant::RegisterConstant(unsigned id, void *value, size_t bytes) { constants()[id] = {value, bytes}; }

void (*find_kernel(const std::string &name))() {
    auto found = kernels().find(name);
    return found == kernels().end() ? nullptr : found->second;
}

bool set_constant(unsigned id, const void *value, size_t bytes) {
    auto found = constants().find(id);
    if (found == constants().end() || found->second.bytes != bytes) {
        return false;
    }
    std::memcpy(found->second.value, value, bytes);
    return true;
}

void run(const Dispatch &dispatch) {
    static Group *kept = new Group;
    group = kept;
    group->dispatch = &dispatch;
    group->threads = dispatch.threads.x * dispatch.threads.y * dispatch.threads.z;
    const unsigned simdgroups = (group->threads + SIMD_WIDTH - 1) / SIMD_WIDTH;
    group->slots.assign(simdgroups * 2 * SIMD_WIDTH * SLOT_BYTES, 0);
    group->active.assign(simdgroups, 0);
    group->arrays.clear();
    group->arguments.clear();
    for (size_t bytes : dispatch.threadgroup_bytes) {
        group->arguments.emplace_back(bytes, true);
    }
    while (group->lanes.size() < group->threads) {
        Lane fresh;
        void *stack = mmap(nullptr, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (stack == MAP_FAILED) {
            fail("no memory for the stack of a lane");
        }
        fresh.stack = static_cast<char *>(stack);
        group->lanes.push_back(fresh);
    }
    const uint3 grid = dispatch.threadgroups;
    const size_t total = size_t(grid.x) * grid.y * grid.z;
    std::minstd_rand random(1);
    for (size_t i = 0; i < total; i++) {
        const size_t j = dispatch.order == Order::forward ? i : total - 1 - i;
        group->position = uint3{uint(j % grid.x), uint(j / grid.x % grid.y), uint(j / (size_t(grid.x) * grid.y))};
        run_group(random);
    }
}

Guarded::Guarded(size_t bytes, bool at_end) : bytes_(bytes) {
#if MSL_SANITIZED
    (void)at_end;
    data_ = static_cast<char *>(std::malloc(bytes == 0 ? 1 : bytes));
#else
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t inside = (bytes + page - 1) / page * page;
    mapped_ = inside + 2 * page;
    void *mapping = mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED || mprotect(static_cast<char *>(mapping) + page, inside, PROT_READ | PROT_WRITE) != 0) {
        fail("no memory for a buffer of " + std::to_string(bytes) + " bytes");
    }
    mapping_ = static_cast<char *>(mapping);
    data_ = mapping_ + page + (at_end ? inside - bytes : 0);
#endif
}

Guarded::Guarded(Guarded &&other) noexcept
    : mapping_(other.mapping_), data_(other.data_), mapped_(other.mapped_), bytes_(other.bytes_) {
    other.mapping_ = nullptr;
    other.data_ = nullptr;
}

Guarded::~Guarded() {
#if MSL_SANITIZED
    std::free(data_);
#else
    if (mapping_ != nullptr) {
        munmap(mapping_, mapped_);
    }
#endif
}

std::string Guarded::describe(const char *address) const {
    if (mapping_ == nullptr || address < mapping_ || address >= mapping_ + mapped_) {
        return "";
    }
    const std::string size = " a buffer of " + std::to_string(bytes_) + " bytes";
    if (address < data_) {
        return std::to_string(data_ - address) + " bytes before" + size;
    }
    return std::to_string(address - data_ - static_cast<ptrdiff_t>(bytes_)) + " bytes behind the end of" + size;
}

} // namespace msl
