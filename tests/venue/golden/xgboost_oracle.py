#!/usr/bin/env python3
"""xgboost_oracle.py train MODEL ROWS OBJECTIVE SEED: train a model on random rows over the feature slots, write it as JSON
and, to ROWS, the rows and XGBoost's own margins (float32, as it predicts them), for tests/venue/forest_rows to compare."""
import struct, sys
import numpy as np
import xgboost as xgb

model, rows, objective, seed = sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])
rng = np.random.default_rng(seed)
x = rng.normal(size=(3000, 512)).astype(np.float32)
x[rng.random(x.shape) < 0.03] = 0
score = x[:, 3] * 2 + np.sin(x[:, 7] * 3) + x[:, 100] * x[:, 200]
y = (score > 0.3).astype(np.float32) if objective == "binary:logistic" else score.astype(np.float32)
booster = xgb.train({"objective": objective, "max_depth": 6, "eta": 0.1, "base_score": 0.3, "nthread": 1, "tree_method": "hist", "max_bin": 32}, xgb.DMatrix(x, label=y), num_boost_round=300)
booster.save_model(model)
margin = booster.predict(xgb.DMatrix(x), output_margin=True).astype("<f4")
with open(rows, "wb") as f:
    for i in range(len(x)): f.write(x[i].astype("<f4").tobytes() + struct.pack("<f", margin[i]))
