/* The strongest interest path of each sign for each of many questions: what the compiled engine is measured against.
 *
 * Depth-bounded branch and bound over two compressed adjacencies, one for each end of a relation. The walk begins at
 * the end with fewer relations, and the last two relations are met from the side with fewer. A path is no stronger
 * than its beginning, so that relations are tried by falling weight and the rest is left as soon as it cannot matter.
 */
#include <math.h>
#include <stdint.h>

typedef struct {
    double weight;
    int32_t other, since, until, disputer, chains, unused;
} way;

typedef struct {
    const int64_t *start;   /* n + 1: where each entity's ways begin */
    const way *by_weight;   /* those of each entity by falling weight */
    const way *by_other;    /* those of each entity by the other end, then by falling weight */
} side;

typedef struct {
    int32_t actor, target, since, until;
    double least;
} question;

typedef struct {
    const side *near, *far;
    const uint8_t *carries;
    question asked;
    int32_t end, hops;
    double into_end;        /* the strongest relation at the end */
    double least;
    int wanted;             /* a sign, or -1 for both */
    double best[2];         /* of positive and of negative interest */
    int32_t nodes[6];
} walk;

/* How strong a path must be to matter: stronger than all so far, or, once the strongest is known, than those of the other
 * sign, which counts from half of that. */
static double bound(const walk *w) {
    double best = w->wanted != 0 ? w->best[1] : 0;
    if (w->wanted != 1 && w->best[0] > best) best = w->best[0];
    return (best > w->least ? best : w->least) * (1 - 1e-9);
}

/* The product with one more relation, 0 where it may not stand there or does not hold. */
static double with(const walk *w, double product, int broken, const way *taken) {
    if (taken->since > w->asked.until || taken->until < w->asked.since || (broken && !taken->chains)) return 0;
    int halved = taken->disputer != -2 && taken->disputer != w->asked.actor;
    return product * taken->weight * (halved ? 0.5 : 1.0);
}

static int may_pass(const walk *w, int depth, int32_t node) {
    if (node == w->end || !w->carries[node]) return 0;
    for (int i = 0; i <= depth; i++)
        if (w->nodes[i] == node) return 0;
    return 1;
}

static void offer(walk *w, double score) {
    int sign = score < 0;
    double size = fabs(score);
    if ((w->wanted < 0 || w->wanted == sign) && size > w->best[sign] && size >= w->least * (1 - 1e-9)) w->best[sign] = size;
}

static double strongest(const side *s, int32_t node) {
    return s->start[node] == s->start[node + 1] ? 0 : fabs(s->by_weight[s->start[node]].weight);
}

static int64_t ways(const side *s, int32_t node) { return s->start[node + 1] - s->start[node]; }

/* The run of relations between two entities, from whichever of them has fewer; its length may be 0. */
static const way *between(const walk *w, int32_t here, int32_t there, const way **stop) {
    int forward = ways(w->near, here) <= ways(w->far, there);
    const side *s = forward ? w->near : w->far;
    int32_t from = forward ? here : there, to = forward ? there : here;
    int64_t low = s->start[from], high = s->start[from + 1], end = high;
    while (low < high) {
        int64_t middle = (low + high) >> 1;
        if (s->by_other[middle].other < to) low = middle + 1; else high = middle;
    }
    const way *first = s->by_other + low, *last = first, *limit = s->by_other + end;
    while (last < limit && last->other == to) last++;
    *stop = last;
    return first;
}

static void meet(walk *w, int32_t here, double product, int broken) {
    const way *stop;
    for (const way *last = between(w, here, w->end, &stop); last < stop; last++) {
        if (fabs(product * last->weight) < bound(w)) return;
        double score = with(w, product, broken, last);
        if (score != 0) offer(w, score);
    }
}

static void meet_in_two(walk *w, int depth, double product, int broken) {
    int32_t here = w->nodes[depth];
    if (ways(w->near, here) <= ways(w->far, w->end)) {
        for (int64_t i = w->near->start[here]; i < w->near->start[here + 1]; i++) {
            const way *taken = w->near->by_weight + i;
            if (fabs(product * taken->weight) * w->into_end < bound(w)) return;
            double reached = with(w, product, broken, taken);
            if (reached != 0 && may_pass(w, depth, taken->other)) meet(w, taken->other, reached, broken || !taken->chains);
        }
        return;
    }
    double out = strongest(w->near, here);
    for (int64_t i = w->far->start[w->end]; i < w->far->start[w->end + 1]; i++) {
        const way *last = w->far->by_weight + i, *stop;
        if (fabs(product * last->weight) * out < bound(w)) return;
        double reached = with(w, product, broken, last);
        if (reached == 0 || !may_pass(w, depth, last->other)) continue;
        for (const way *taken = between(w, here, last->other, &stop); taken < stop; taken++) {
            if (fabs(reached * taken->weight) < bound(w)) break;
            double score = with(w, reached, broken || !last->chains, taken);
            if (score != 0) offer(w, score);
        }
    }
}

static void go_on(walk *w, int depth, double product, int broken) {
    int32_t here = w->nodes[depth];
    meet_in_two(w, depth, product, broken);
    if (depth + 3 > w->hops) return;
    for (int64_t i = w->near->start[here]; i < w->near->start[here + 1]; i++) {
        const way *taken = w->near->by_weight + i;
        if (fabs(product * taken->weight) * w->into_end < bound(w)) return;
        double reached = with(w, product, broken, taken);
        if (reached == 0 || !may_pass(w, depth, taken->other)) continue;
        if (fabs(reached) * strongest(w->near, taken->other) * w->into_end < bound(w)) continue;
        w->nodes[depth + 1] = taken->other;
        go_on(w, depth + 1, reached, broken || !taken->chains);
    }
}

static void walk_all(walk *w) {
    meet(w, w->nodes[0], 1, 0);
    if (w->hops >= 2) go_on(w, 0, 1, 0);
}

/* scores: two for each question, of the strongest positive and of the strongest negative path, the latter below 0. */
void strongest_paths(const side *out, const side *into, const uint8_t *carries, const question *asked, int64_t count,
                     int32_t hops, double *scores) {
    for (int64_t row = 0; row < count; row++) {
        question q = asked[row];
        scores[2 * row] = scores[2 * row + 1] = 0;
        int64_t ahead = ways(out, q.actor), behind = ways(into, q.target);
        if (q.actor == q.target || !ahead || !behind) continue;
        int forward = ahead <= behind;
        walk w = {.near = forward ? out : into, .far = forward ? into : out, .carries = carries, .asked = q, .hops = hops};
        w.nodes[0] = forward ? q.actor : q.target;
        w.end = forward ? q.target : q.actor;
        w.into_end = strongest(w.far, w.end);
        w.least = q.least;
        w.wanted = -1;
        walk_all(&w);
        if (w.best[0] > 0 || w.best[1] > 0) {
            w.wanted = w.best[0] >= w.best[1];
            w.least = w.best[!w.wanted] * 0.5;
            walk_all(&w);
        }
        scores[2 * row] = w.best[0];
        scores[2 * row + 1] = -w.best[1];
    }
}
