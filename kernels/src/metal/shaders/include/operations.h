#pragma once

#include "dequantize.h"
#include "matmul.h"
#include "matvec.h"
