// One threadgroup at a time, its threads as fibers that meet at barriers and simdgroup operations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

typedef _Float16 half;
typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;

#define MSL_VECTOR(T, N) typedef T T##N __attribute__((ext_vector_type(N)));
#define MSL_VECTORS(T) MSL_VECTOR(T, 2) MSL_VECTOR(T, 3) MSL_VECTOR(T, 4)
MSL_VECTORS(half)
MSL_VECTORS(float)
MSL_VECTORS(char)
MSL_VECTORS(uchar)
MSL_VECTORS(short)
MSL_VECTORS(ushort)
MSL_VECTORS(int)
MSL_VECTORS(uint)
MSL_VECTORS(long)
MSL_VECTORS(ulong)

namespace msl {

constexpr unsigned SIMD_WIDTH = 32;
constexpr size_t STACK_BYTES = 128 << 10;

/// A place in a shader.
struct Place {
    const char *file = "";
    unsigned line = 0;
    unsigned column = 0;
    bool operator!=(const Place &other) const { return line != other.line || column != other.column; }
};

/// What a lane waits for.
enum class State { ready, at_simdgroup, at_threadgroup, done };

/// A thread of a threadgroup.
struct Lane {
    void *stack_pointer = nullptr;
    char *stack = nullptr;
    void *sanitizer_stack = nullptr;
    State state = State::done;
    // The operation that the lane waits at.
    Place place;
    unsigned index = 0;
    // Which half of the exchange slots comes next: a lane may publish while a slower one still reads.
    unsigned turn = 0;
};

/// The order in which lanes and threadgroups run; results may not depend on it.
enum class Order { forward, reversed, shuffled };

/// A kernel to run on a grid.
struct Dispatch {
    void (*kernel)();
    std::vector<void *> buffers;
    std::vector<size_t> threadgroup_bytes;
    uint3 threadgroups;
    uint3 threads;
    Order order;
};

/// Bytes between guard pages (or on the sanitizer's heap), at the end or at the beginning of what may be touched.
class Guarded {
public:
    Guarded(size_t bytes, bool at_end);
    Guarded(Guarded &&other) noexcept;
    Guarded(const Guarded &) = delete;
    ~Guarded();
    char *data() const { return data_; }
    size_t size() const { return bytes_; }
    /// What an address is to this buffer, for a message; empty where it has nothing to do with it.
    std::string describe(const char *address) const;

private:
    char *mapping_ = nullptr;
    char *data_ = nullptr;
    size_t mapped_ = 0;
    size_t bytes_ = 0;
};

/// The threadgroup that runs.
struct Group {
    const Dispatch *dispatch = nullptr;
    uint3 position = uint3(0u);
    unsigned threads = 0;
    std::vector<Lane> lanes;
    // Of each simdgroup and turn, one slot a lane.
    std::vector<char> slots;
    // Of each simdgroup, the lanes that took part in the last operation.
    std::vector<uint32_t> active;
    // Arrays declared in kernels, and those of arguments.
    std::map<int, Guarded> arrays;
    std::vector<Guarded> arguments;
    void *scheduler = nullptr;
};

extern Group *group;
extern Lane *lane;

/// Ends the process with a message that names the places in the shader.
[[noreturn]] void fail(const std::string &what, const Place &place = {}, const Place &other = {});

/// Hands over to the scheduler until every lane that it concerns has come.
void wait(State state, const Place &place);

void *threadgroup_bytes(int id, size_t bytes);

/// An array in threadgroup memory, the same for all lanes.
template <class T> inline T &threadgroup_array(int id) { return *static_cast<T *>(threadgroup_bytes(id, sizeof(T))); }

constexpr size_t SLOT_BYTES = 64;

/// One value from each lane of a simdgroup.
template <class T> class Exchange {
public:
    Exchange(const T &value, const Place &place) {
        static_assert(sizeof(T) <= SLOT_BYTES, "a value too large to be exchanged");
        const unsigned simdgroup = lane->index / SIMD_WIDTH;
        lane->turn ^= 1;
        base_ = group->slots.data() + (simdgroup * 2 + lane->turn) * SIMD_WIDTH * SLOT_BYTES;
        std::memcpy(base_ + lane->index % SIMD_WIDTH * SLOT_BYTES, &value, sizeof(T));
        wait(State::at_simdgroup, place);
        active_ = group->active[simdgroup];
    }
    T operator[](unsigned i) const {
        T value;
        std::memcpy(&value, base_ + i % SIMD_WIDTH * SLOT_BYTES, sizeof(T));
        return value;
    }
    bool has(unsigned i) const { return i < SIMD_WIDTH && (active_ >> i & 1); }
    unsigned first() const { return __builtin_ctz(active_); }

private:
    char *base_;
    uint32_t active_;
};

/// Where a kernel's argument comes from.
enum class Source {
    buffer,
    threadgroup,
    thread_position_in_grid,
    threadgroup_position_in_grid,
    thread_position_in_threadgroup,
    thread_index_in_threadgroup,
    thread_index_in_simdgroup,
    simdgroup_index_in_threadgroup,
    threads_per_threadgroup,
    threadgroups_per_grid,
    threads_per_simdgroup,
    simdgroups_per_threadgroup,
};

struct Argument {
    Source source;
    int index;
};

uint3 builtin(Source source);
void *memory(Argument argument, size_t least);

template <class T> struct Value {
    static T get(Argument argument) { return T(builtin(argument.source).x); }
};
template <> struct Value<uint2> {
    static uint2 get(Argument argument) { return builtin(argument.source).xy; }
};
template <> struct Value<uint3> {
    static uint3 get(Argument argument) { return builtin(argument.source); }
};
template <> struct Value<ushort2> {
    static ushort2 get(Argument argument) { return __builtin_convertvector(builtin(argument.source).xy, ushort2); }
};
template <> struct Value<ushort3> {
    static ushort3 get(Argument argument) { return __builtin_convertvector(builtin(argument.source), ushort3); }
};
template <class T> struct Value<T *> {
    static T *get(Argument argument) { return static_cast<T *>(memory(argument, 0)); }
};
template <class T> struct Value<T &> {
    static T &get(Argument argument) { return *static_cast<T *>(memory(argument, sizeof(T))); }
};

template <class... P, size_t... I>
inline void call_with(void (*kernel)(P...), const Argument *arguments, std::index_sequence<I...>) {
    kernel(Value<P>::get(arguments[I])...);
}
template <class... P> inline void call(void (*kernel)(P...), const Argument (&arguments)[sizeof...(P)]) {
    call_with(kernel, arguments, std::index_sequence_for<P...>{});
}

struct RegisterKernel {
    RegisterKernel(const char *name, void (*kernel)());
};
struct RegisterConstant {
    RegisterConstant(unsigned id, void *value, size_t bytes);
};

/// Runs a grid; it ends the process where the kernel breaks a rule.
void run(const Dispatch &dispatch);
/// The kernel of a name, or null.
void (*find_kernel(const std::string &name))();
/// Sets a function constant; false where there is none of the id and size.
bool set_constant(unsigned id, const void *value, size_t bytes);

} // namespace msl
