from math import floor


def rounded(x):
    return floor(x + 0.5)


def matrix(n, seed):
    rows = []
    for i in range(n):
        row = []
        for j in range(n):
            row.append(seed * (i - j) * (i + j))
        rows.append(row)
    return rows


def product(a, b, n):
    rows = []
    for i in range(n):
        left = a[i]
        row = [0.0] * n
        for k in range(n):
            x = left[k]
            other = b[k]
            for j in range(n):
                row[j] = row[j] + x * other[j]
        rows.append(row)
    return rows


def main():
    n = 400
    a = matrix(n, 0.00001)
    b = matrix(n, 0.00002)
    c = product(a, b, n)
    print(rounded(c[n // 2][n // 2] * 1000000.0))
    print(rounded(c[3][n - 5] * 1000000.0))


main()
