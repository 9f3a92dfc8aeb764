// Reads dispatches from the standard input, runs each in several orders, and writes what the buffers hold afterwards.
#include "runtime.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace {

std::vector<msl::Guarded> *placed = nullptr;
std::string *running = nullptr;

void need(void *to, size_t bytes) {
    if (bytes != 0 && std::fread(to, 1, bytes, stdin) != bytes) {
        std::exit(0);
    }
}

template <class T> T number() {
    T value;
    need(&value, sizeof value);
    return value;
}

std::string text() {
    std::string value(number<uint32_t>(), '\0');
    need(&value[0], value.size());
    return value;
}

void put(const void *from, size_t bytes) { std::fwrite(from, 1, bytes, stdout); }

/// Answers with a reason instead of buffers.
void refuse(const std::string &reason) {
    const uint32_t head[2] = {1, static_cast<uint32_t>(reason.size())};
    put(head, sizeof head);
    put(reason.data(), reason.size());
    std::fflush(stdout);
}

/// Says which buffer was overrun; the process ends here, so what is not safe in a signal handler harms nothing else.
void on_fault(int, siginfo_t *info, void *) {
    std::string message = "shader: " + *running + " touches memory that is not its own";
    const char *address = static_cast<const char *>(info->si_addr);
    if (placed != nullptr) {
        for (size_t i = 0; i < placed->size(); i++) {
            const std::string what = (*placed)[i].describe(address);
            if (!what.empty()) {
                message += ": " + what + " (buffer " + std::to_string(i) + ")";
            }
        }
    }
    if (msl::group != nullptr) {
        for (auto &array : msl::group->arrays) {
            const std::string what = array.second.describe(address);
            if (!what.empty()) {
                message += ": " + what + " (threadgroup array " + std::to_string(array.first) + ")";
            }
        }
    }
    std::fprintf(stderr, "%s\n", message.c_str());
    _exit(71);
}

struct Buffer {
    bool writable;
    std::vector<char> bytes;
};

} // namespace

int main() {
#if !__has_feature(address_sanitizer)
    static char handler_stack[64 << 10];
    stack_t stack = {};
    stack.ss_sp = handler_stack;
    stack.ss_size = sizeof handler_stack;
    sigaltstack(&stack, nullptr);
    struct sigaction action = {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGSEGV, &action, nullptr);
    sigaction(SIGBUS, &action, nullptr);
#endif
    for (;;) {
        const uint32_t orders = number<uint32_t>();
        std::string name = text();
        running = &name;
        const uint32_t constant_count = number<uint32_t>();
        std::string wrong_constant;
        for (uint32_t i = 0; i < constant_count; i++) {
            const uint32_t id = number<uint32_t>();
            const std::string value = text();
            // A kernel that does not use a constant has none of it.
            if (!msl::set_constant(id, value.data(), value.size())) {
                wrong_constant = "function constant " + std::to_string(id) + " of " + std::to_string(value.size()) + " bytes";
            }
        }
        uint3 threadgroups;
        uint3 threads;
        for (int i = 0; i < 3; i++) {
            threadgroups[i] = number<uint32_t>();
        }
        for (int i = 0; i < 3; i++) {
            threads[i] = number<uint32_t>();
        }
        std::vector<size_t> threadgroup_bytes(number<uint32_t>());
        for (size_t &bytes : threadgroup_bytes) {
            bytes = number<uint32_t>();
        }
        std::vector<Buffer> buffers(number<uint32_t>());
        for (Buffer &buffer : buffers) {
            buffer.writable = number<uint32_t>() != 0;
            buffer.bytes.resize(number<uint64_t>());
            need(buffer.bytes.data(), buffer.bytes.size());
        }
        void (*kernel)() = msl::find_kernel(name);
        const uint64_t count = uint64_t(threads.x) * threads.y * threads.z;
        if (kernel == nullptr || !wrong_constant.empty() || count == 0 || count > 1024) {
            refuse(kernel == nullptr ? "no kernel is called " + name
                                     : wrong_constant.empty() ? "a threadgroup of " + std::to_string(count) + " threads"
                                                              : "the shaders have no " + wrong_constant);
            continue;
        }
        std::vector<std::vector<char>> first;
        std::string differs;
        for (uint32_t order = 0; order < orders && differs.empty(); order++) {
            std::vector<msl::Guarded> memory;
            msl::Dispatch dispatch = {kernel, {}, threadgroup_bytes, threadgroups, threads, msl::Order(order)};
            for (const Buffer &buffer : buffers) {
                // In one order the end of each buffer touches what may not be touched, in another its beginning.
                memory.emplace_back(buffer.bytes.size(), order != 1);
                std::memcpy(memory.back().data(), buffer.bytes.data(), buffer.bytes.size());
                dispatch.buffers.push_back(memory.back().data());
            }
            placed = &memory;
            msl::run(dispatch);
            placed = nullptr;
            for (size_t i = 0; i < buffers.size(); i++) {
                if (order == 0) {
                    first.emplace_back(memory[i].data(), memory[i].data() + memory[i].size());
                } else if (std::memcmp(first[i].data(), memory[i].data(), first[i].size()) != 0) {
                    size_t at = 0;
                    while (first[i][at] == memory[i].data()[at]) {
                        at++;
                    }
                    differs = "the result of " + name + " depends on the order of lanes (byte " + std::to_string(at) +
                              " of buffer " + std::to_string(i) + "): a barrier is missing";
                    break;
                }
            }
        }
        for (size_t i = 0; i < buffers.size() && differs.empty(); i++) {
            if (!buffers[i].writable && std::memcmp(first[i].data(), buffers[i].bytes.data(), first[i].size()) != 0) {
                differs = name + " writes to buffer " + std::to_string(i) + ", which is an input";
            }
        }
        if (!differs.empty()) {
            refuse(differs);
            continue;
        }
        const uint32_t held = 0;
        put(&held, sizeof held);
        for (size_t i = 0; i < buffers.size(); i++) {
            if (buffers[i].writable) {
                put(first[i].data(), first[i].size());
            }
        }
        std::fflush(stdout);
    }
}
