// Loaded before driver.mjs: libuv makes its threads, which koffi's asynchronous calls run on, at its first use.
// Its default is 4; a step of more threads than there are would wait for itself at a barrier in the library.
process.env.UV_THREADPOOL_SIZE ??= '64';
