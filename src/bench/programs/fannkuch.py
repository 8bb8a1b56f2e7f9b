def main():
    n = 9
    start = list(range(n))
    counts = [0] * n
    p = [0] * n
    most = 0
    checksum = 0
    permutation = 0
    r = n
    while True:
        while r > 1:
            counts[r - 1] = r
            r -= 1
        for i in range(n):
            p[i] = start[i]
        flips = 0
        k = p[0]
        while k != 0:
            low = 0
            high = k
            while low < high:
                p[low], p[high] = p[high], p[low]
                low += 1
                high -= 1
            flips += 1
            k = p[0]
        if flips > most:
            most = flips
        checksum += flips if permutation % 2 == 0 else -flips
        permutation += 1
        while r < n:
            first = start[0]
            for i in range(r):
                start[i] = start[i + 1]
            start[r] = first
            counts[r] -= 1
            if counts[r] > 0:
                break
            r += 1
        if r == n:
            break
    print(checksum)
    print(most)


main()
