def sort(a, low, high):
    i = low
    j = high
    pivot = a[(low + high) // 2]
    while i <= j:
        while a[i] < pivot:
            i += 1
        while a[j] > pivot:
            j -= 1
        if i <= j:
            a[i], a[j] = a[j], a[i]
            i += 1
            j -= 1
    if low < j:
        sort(a, low, j)
    if i < high:
        sort(a, i, high)


def main():
    n = 1000000
    a = []
    seed = 42
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) % 2147483648
        a.append(seed)
    sort(a, 0, n - 1)
    checksum = 0
    for x in a:
        checksum = (checksum * 31 + x) % 1000000007
    print(checksum)


main()
