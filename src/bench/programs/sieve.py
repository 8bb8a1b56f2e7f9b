def main():
    n = 5000000
    prime = []
    for _ in range(n):
        prime.append(True)
    count = 0
    for i in range(2, n):
        if prime[i]:
            count += 1
            j = i + i
            while j < n:
                prime[j] = False
                j += i
    print(count)


main()
